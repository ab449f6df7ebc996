"""PostgreSQL as Django has it, by clients who do not wait for ever."""
