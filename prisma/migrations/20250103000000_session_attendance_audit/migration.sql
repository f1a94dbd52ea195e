alter table sessions
  add column attendance_marked_by integer,
  add column attendance_marked_at timestamptz(3),
  add column attendance_source varchar(30) not null default 'system_default',
  add column attendance_notes text,
  add constraint sessions_attendance_source_check check (
    attendance_source in ('system_default', 'whiteboard_auto', 'manual', 'parent_reported', 'admin_override')
  );

-- Somebody decided these, nobody knows who or when.
update sessions s
set attendance_source = 'manual'
from migrated_attendance m
where m.session_id = s.id and m.student_status is not null;
