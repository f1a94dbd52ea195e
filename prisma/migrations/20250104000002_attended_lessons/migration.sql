-- A session's own status of attended was set by somebody: the default was present. The next migration makes it present;
-- here it is remembered until a decision can be recorded. A database that is past the next one has none left.
create table attended_lessons (
  session_id integer primary key references sessions (id),
  tutor boolean not null,
  student boolean not null
);

insert into attended_lessons (session_id, tutor, student)
select
  id,
  coalesce(lower(btrim(tutor_attendance_status)) = 'attended', false),
  coalesce(lower(btrim(student_attendance_status)) = 'attended', false)
from sessions
where lower(btrim(tutor_attendance_status)) = 'attended' or lower(btrim(student_attendance_status)) = 'attended';
