try { document.documentElement.dataset.theme = localStorage.getItem("thalweg-theme") ?? "system"; } catch { /* Not kept here. */ }
