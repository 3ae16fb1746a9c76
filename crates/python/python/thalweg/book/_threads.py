"""How many threads the book's classes may use: as many as NumPy's products do. Their number changes no bit."""

import os

THREADS = os.cpu_count() or 1
