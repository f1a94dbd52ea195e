-- Changes of activity inside a span, in milliseconds after its start (P10). `active` is the activity after the last one.
alter table connection_spans add column changes integer[] not null default '{}';

-- What the closed spans of a room add up to, so that a change reads the open ones only. Null, or of another version of
-- presence: the next change reads all spans and computes it.
alter table whiteboard_sessions add column carried jsonb;
