"""One module a command: `arguments(parser)` and `run(arguments) -> exit code`."""

from bot.commands import audit, clock, doctor, erase, explain, export, interactions, migrate, rotate_keys, seed_demo, setup_menu, worker

COMMANDS = {
    "migrate": migrate,
    "seed-demo": seed_demo,
    "setup-menu": setup_menu,
    "explain": explain,
    "interactions": interactions,
    "audit": audit,
    "doctor": doctor,
    "export": export,
    "erase": erase,
    "rotate-keys": rotate_keys,
    "worker": worker,
    "clock": clock,
}
