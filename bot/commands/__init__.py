"""One module a command: `arguments(parser)` and `run(arguments) -> exit code`; its docstring is its help."""

# Name → what it does, in a line. The module has the same name and is imported only when it is called.
COMMANDS = {
    "migrate": "bring the database's schema up to date",
    "seed-demo": "put demo events into the database",
    "setup-menu": "push content/menu.toml to the account as its menu",
    "explain": "say where messages would go, and why (no database needed)",
    "interactions": "list what was stored",
    "audit": "re-check the promises from the data; exit code 1 on a breach",
    "doctor": "say what is wrong with this deployment, and the mend",
    "export": "everything that is held on one follower, as JSON",
    "erase": "erase what is held on one follower",
    "create-staff": "take in somebody who works with the console; prints a one-time password",
    "backup": "write a backup of the database, and the list of erasures",
    "restore": "put a backup back; sends nothing twice, erases again",
    "copy-database": "move everything to another database (SQLite to PostgreSQL)",
    "corrections": "write the approved corrections as training examples",
    "outbox": "list what could not be sent and needs a person; settle it",
    "rotate-keys": "re-encrypt stored fields under the current data key",
    "worker": "work outside the request, until SIGTERM",
    "clock": "keep house, until SIGTERM",
}
