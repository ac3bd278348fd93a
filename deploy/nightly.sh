#!/bin/sh
# What a timer runs every night: nightly.sh FOLDER keeps the backups of the last KEEP days there.
# With PostgreSQL (DATABASE_URL=postgres://…) by pg_dump, else by `manage.py backup`.
set -eu
cd -- "$(dirname -- "$0")/.."
folder=$1 keep=${KEEP:-30}
python=.venv/bin/python
name=$folder/portal-$(date +%Y%m%d-%H%M%S)

case ${DATABASE_URL:-} in
postgres*)
    umask 077
    pg_dump --format=custom --file="$name.unfinished" "$DATABASE_URL"
    pg_restore --list "$name.unfinished" >/dev/null # it can be read to its end
    mv "$name.unfinished" "$name.dump"
    ;;
*) "$python" manage.py backup "$name.sqlite3" ;;
esac
find "$folder" -name 'portal-*' -type f -mtime "+$keep" -delete

"$python" manage.py clearsessions
"$python" manage.py axes_reset_logs --age 365
"$python" manage.py axes_reset_failure_logs --age 365
