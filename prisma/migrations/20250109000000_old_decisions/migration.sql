-- A session's own status of late, absent, excused or attended was a decision before this system: the default was present,
-- so somebody set it. Nobody knows who or when. It becomes that participant's mark, with its row in the history (D2).
lock table sessions in share row exclusive mode;

-- An undecided status has no authority, and since this system began only a mark changes a status.
create table old_decisions as
select * from (
  select
    s.id as session_id,
    s.tutor_authority is null and (s.tutor_attendance_status <> 'present' or coalesce(a.tutor, false)) as tutor,
    s.student_authority is null and (s.student_attendance_status <> 'present' or coalesce(a.student, false)) as student
  from sessions s
  left join attended_lessons a on a.session_id = s.id) d
where d.tutor or d.student;

-- The row starts where the one before it ended; the first one starts from the default.
insert into attendance_marks (session_id, at, source, tutor_status_before, tutor_status_after, student_status_before, student_status_after)
select
  s.id, current_timestamp, 'manual',
  case when d.tutor and not known.history then 'present' else s.tutor_attendance_status end, s.tutor_attendance_status,
  case when d.student and not known.history then 'present' else s.student_attendance_status end, s.student_attendance_status
from old_decisions d
join sessions s on s.id = d.session_id
cross join lateral (select exists (select from attendance_marks m where m.session_id = s.id) as history) known
order by s.id;

-- Source, time, person and notes are those of the latest mark: they stay where somebody has marked since.
update sessions s
set
  tutor_authority = case when d.tutor then 'tutor' else s.tutor_authority end,
  student_authority = case when d.student then 'tutor' else s.student_authority end,
  attendance_source = case s.attendance_source when 'system_default' then 'manual' else s.attendance_source end,
  attendance_version = s.attendance_version + 1
from old_decisions d
where d.session_id = s.id;

drop table old_decisions;
drop table attended_lessons;
