-- A record that one event says all of is kept once: its body is empty, and these name the event, in the same collection.
ALTER TABLE record ADD COLUMN writer BYTEA CHECK (length(writer) = 16), ADD COLUMN sequence BIGINT;
