"""The subcommands of `gloria` that do one thing and end."""
