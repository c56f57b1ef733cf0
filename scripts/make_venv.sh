#!/bin/sh
# Make a virtual environment from the first Python here that is new enough; PYTHON=… names one.
set -eu

# A name alone proves nothing: version managers leave shims of Pythons that are not there.
is_fit() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for name in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do
    if is_fit "$name"; then
        exec "$name" -m venv --clear "$1"
    fi
done

echo "Small Win needs Python 3.11 or newer with its venv module." >&2
echo "Debian and Ubuntu: sudo apt-get install python3-venv   macOS: brew install python" >&2
echo "If it lives in an unusual place: make install PYTHON=/path/to/python3" >&2
exit 1
