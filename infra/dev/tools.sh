#!/bin/sh
# Checks for what Kure needs on a machine, and names what is missing with its install line.
# Usage: tools.sh PYTHON, in the checkout. make calls it; without make: sh infra/dev/tools.sh python3
set -u
python=$1
missing=0
# MiB that the packages take which are not there yet
room=100
[ -e .venv/.ready ] || room=$((room + 800))
[ -e frontend/node_modules/.ready ] || room=$((room + 500))

lacks() {
    echo "Missing: $1" >&2
    echo "    $2" >&2
    missing=1
}

if ! command -v "$python" >/dev/null; then
    lacks "Python 3.11 or newer ($python)" "sudo apt-get install python3 python3-venv"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    lacks "Python 3.11 or newer ($python is $("$python" --version))" \
        "install it, then: make PYTHON=python3.11 …"
elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    lacks "Python's venv" "sudo apt-get install python3-venv"
fi
command -v make >/dev/null || lacks "make" "sudo apt-get install make"
command -v git >/dev/null || lacks "git" "sudo apt-get install git"

line='curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - &&'
line="$line sudo apt-get install -y nodejs"
# Node 20.19 and 22.12 are the first that load the dashboard's build tools
if ! command -v node >/dev/null; then
    lacks "Node 20.19 or newer" "$line"
elif ! node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'; then
    lacks "Node 20.19, 22.12 or newer (node is $(node --version))" \
        "$line"
fi
command -v npm >/dev/null || lacks "npm, which comes with Node" "$line"

if [ ! -w . ]; then
    lacks "the right to write in this folder ($PWD)" "move the checkout to a folder of yours"
elif free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }') && [ "$free" -lt "$room" ]; then
    lacks "room: $free MiB are free here, and what is installed next takes up to $room MiB" \
        "make room, or move the checkout to another disk"
fi
exit $missing
