-- Connections in a room are known from its opening on, unless it was opened before they were tracked at all: then from
-- this time on. Null: from its opening on.
alter table whiteboard_sessions add column tracked_from timestamptz(3);

do $$
declare
  tracking_began timestamptz;
begin
  -- Prisma's own record of when the database got connection spans; the table is missing where Prisma only compares schemas.
  if to_regclass('_prisma_migrations') is not null then
    execute 'select max(finished_at) from _prisma_migrations where migration_name = $1 and rolled_back_at is null'
    into tracking_began using '20250104000000_presence_ledger';
  end if;
  if not exists (select from presence_watch) then
    -- No server has served this database yet: every room is from before.
    update whiteboard_sessions set tracked_from = current_timestamp;
  else
    update whiteboard_sessions set tracked_from = tracking_began where opened_at < tracking_began;
  end if;
end $$;
