-- Who holds this replica: one row. Each time that somebody opens it the term grows by one, and whoever has an earlier term
-- may no longer write.
CREATE TABLE hold (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    term BIGINT NOT NULL,
    holder TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL
);

-- What a replica remembers: one row.
CREATE TABLE replica (
    only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
    author BYTEA NOT NULL CHECK (length(author) = 16),
    clock_millis BIGINT NOT NULL,
    clock_counter BIGINT NOT NULL,
    -- The contracts that the store was written under, as TOML.
    contracts TEXT NOT NULL,
    -- The number of the last message that was put into the outbox.
    sent BIGINT NOT NULL
);

-- How far each author was read in each collection, from where on single events are kept, and how fresh the copy is.
CREATE TABLE log (
    collection TEXT NOT NULL,
    author BYTEA NOT NULL CHECK (length(author) = 16),
    seen BIGINT NOT NULL,
    floor BIGINT NOT NULL,
    fresh_sequence BIGINT,
    fresh_at BIGINT,
    PRIMARY KEY (collection, author)
);

CREATE TABLE home (
    collection TEXT PRIMARY KEY,
    author BYTEA NOT NULL CHECK (length(author) = 16),
    moved BIGINT NOT NULL
);

-- Events as FORMAT.md says, in the order in which they were taken in.
CREATE TABLE event (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection TEXT NOT NULL,
    author BYTEA NOT NULL CHECK (length(author) = 16),
    sequence BIGINT NOT NULL,
    body BYTEA NOT NULL,
    UNIQUE (collection, author, sequence)
);

-- Records as FORMAT.md says; the owner is empty except in owned collections. A key is its UTF-8 bytes, since a TEXT of
-- PostgreSQL cannot hold a zero byte: `convert_from(key, 'UTF8')` shows it.
CREATE TABLE record (
    collection TEXT NOT NULL,
    owner BYTEA NOT NULL CHECK (length(owner) IN (0, 16)),
    key BYTEA NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (collection, owner, key)
);

-- Messages to be delivered, stored with the change that sends them. Topic, key and reason are UTF-8 bytes, as above.
CREATE TABLE outbox (
    number BIGINT PRIMARY KEY,
    source BYTEA NOT NULL CHECK (length(source) = 16),
    topic BYTEA NOT NULL,
    key BYTEA NOT NULL,
    body BYTEA NOT NULL,
    written_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Why it was set aside.
    reason BYTEA,
    delivered_at BIGINT
);

CREATE INDEX outbox_waiting ON outbox (topic, key, number) WHERE delivered_at IS NULL;

-- Messages that were acted on, with what was done.
CREATE TABLE inbox (
    source BYTEA NOT NULL CHECK (length(source) = 16),
    number BIGINT NOT NULL,
    PRIMARY KEY (source, number)
);

-- Up to where a source will never send again: no single number is kept below.
CREATE TABLE inbox_settled (
    source BYTEA PRIMARY KEY CHECK (length(source) = 16),
    settled BIGINT NOT NULL
);
