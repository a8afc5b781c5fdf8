"""Help lines (热线): numbers to tap; needs no database, for it is looked up when things are bad."""

from __future__ import annotations

from flask import Blueprint, render_template

from mp_backend.pages.house import House

# Danger first, then somebody to talk to; all others follow in the order of the file.
DANGER = ("110", "120", "119")


def add(door: Blueprint, house: House) -> None:
    @door.get("/help-lines")
    def show_help_lines() -> str:
        lines = list(house.resources.hotlines)
        danger = [line for line in lines if line.number in DANGER]
        others = [line for line in lines if line.number not in DANGER]
        return render_template("pages/helplines.html", danger=danger, lines=others)
