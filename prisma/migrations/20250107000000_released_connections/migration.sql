-- Set when a draining server lets a connection go: the same person's next socket takes it over.
alter table connections add column released_at timestamptz(3);
