"""Calls that name no command, with what is said of them and the command line that was meant.

The launcher says it where there is no runtime, Python's side everywhere else; the words are the same.
"""

MISSPELT: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("sl list",), 'there is no command "sl list"', "did you mean ktx sl list?"),
    (("sl query", "--limit", "5"), 'there is no command "sl query"', "did you mean ktx sl query --limit 5?"),
    (("setup demo",), 'there is no command "setup demo"', "did you mean ktx setup demo?"),
    (("stup", "demo"), "there is no command stup", "did you mean ktx setup demo?"),
    (
        ("setup", "local-embedings"),
        "there is no command setup local-embedings",
        "did you mean ktx setup local-embeddings?",
    ),
    (("runtime", "doctr"), "there is no command runtime doctr", "did you mean ktx runtime doctor?"),
    (("runtime", "--json"), "no verb after runtime", "run: ktx runtime --help"),
    (("query", "--measure", "orders.revenue"), "there is no command query", "did you mean ktx sl query?"),
    (("doctor",), "there is no command doctor", "did you mean ktx runtime doctor?"),
    (("SL", "LIST"), "there is no command SL", "did you mean ktx sl list?"),
    (("npx", "@kaelio/ktx@0.1.0", "sl", "list"), "there is no command npx", "did you mean ktx sl list?"),
    (("version",), "there is no command version", "did you mean ktx --version?"),
    (("-v",), "there is no option -v before a command", "did you mean ktx --version?"),
    (("--frobnicate",), "there is no option --frobnicate before a command", "run: ktx --help"),
    (
        ("--project-dir", "a b", "sl", "list"),
        "--project-dir stands before the command's name",
        "run: ktx sl list --project-dir 'a b'",
    ),
    (("-y", "sl", "query", "--json"), "-y stands before the command's name", "run: ktx sl query -y --json"),
    (("postgres://ann:secret@h/db",), "there is no command postgres://***@h/db", "run: ktx --help"),
    (("\x1b[31mzzzz\x07",), "there is no command zzzz", "run: ktx --help"),
    (("",), 'there is no command ""', "run: ktx --help"),
    (("frobnicate", "sl"), "there is no command frobnicate", "run: ktx --help"),
)
