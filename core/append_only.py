"""Tables whose rows are never changed: the database refuses, whoever asks."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL


class ForbidChanges(RunSQL):
    """Migration operation: a trigger on `table` that raises on UPDATE and DELETE.

    `erasable` names columns that may still change, for the erasure of personal text: everything
    else of the row must stay as it was.
    """

    def __init__(self, table: str, *, erasable: tuple[str, ...] = ()) -> None:
        self._given = (table, erasable)
        name = f"{table}_append_only"
        kept = "".join(f" - '{column}'" for column in erasable)
        allowed = (
            f"IF TG_OP = 'UPDATE' AND to_jsonb(OLD){kept} = to_jsonb(NEW){kept} "
            "THEN RETURN NEW; END IF;"
            if erasable
            else ""
        )
        super().__init__(
            sql=f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {allowed}
                RAISE EXCEPTION '{table} is append-only'
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {name}();
            """,
            reverse_sql=f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        """Return what recreates the operation: the table and its erasable columns."""
        table, erasable = self._given
        return (self.__class__.__name__, [table], {"erasable": erasable} if erasable else {})
