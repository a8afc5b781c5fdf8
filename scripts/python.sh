#!/bin/sh
# Run a script with the first Python on this machine that is new enough; an old one runs it too, and the script says what to do.
for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14 python3.15; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$candidate" "$@"
    fi
done
for candidate in python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 6))' >/dev/null 2>&1; then
        exec "$candidate" "$@"
    fi
done
echo "✗ 没有找到可用的 Python。请安装 3.11 或更新的版本，例如：apt-get install python3 python3-venv" >&2
echo "  No usable Python found. Install 3.11 or newer, for example: apt-get install python3 python3-venv" >&2
exit 1
