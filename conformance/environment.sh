# For the scripts that test with programs in Python.

# Makes a Python environment with packages, unless it is there already: make_environment FOLDER PACKAGE...
make_environment() {
    local folder="$1"
    shift
    if [ -e "$folder/ready" ]; then
        return
    fi
    rm -rf "$folder"
    python3 -m venv "$folder"
    # Not compiled at once: most modules of large packages are never imported.
    "$folder/bin/pip" install --quiet --no-compile "$@"
    touch "$folder/ready"
}
