"""The demo project: a shop, its semantic model, five questions, and the command that sets them up."""
