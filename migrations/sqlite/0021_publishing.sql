-- What GitHub's last answers about traffic cover, so that a quiet day is told apart from a lost one
-- and late publishing from a failure.
--
-- Stretches of days that answers covered: listed, or left out by an answer whose window held them.
-- A day in a stretch that has no row in `traffic_days` is one of which GitHub listed nothing.
create table answered_days (
    repository_id integer not null constraint answered_days_repository_fk
        references repositories (id) on delete cascade,
    measure text not null constraint answered_days_measure_check check (measure in ('views', 'clones')),
    from_day text not null,
    to_day text not null,
    constraint answered_days_pk primary key (repository_id, measure, from_day),
    constraint answered_days_order_check check (from_day <= to_day)
) strict, without rowid;

-- The last answer about each measure: when it was given, and from which day to which it listed
-- figures (both null where it listed none).
create table traffic_answers (
    repository_id integer not null constraint traffic_answers_repository_fk
        references repositories (id) on delete cascade,
    measure text not null constraint traffic_answers_measure_check check (measure in ('views', 'clones')),
    answered_on text not null,
    first_day text,
    last_day text,
    constraint traffic_answers_pk primary key (repository_id, measure),
    constraint traffic_answers_days_check check ((first_day is null) = (last_day is null))
) strict, without rowid;

-- How late each GitHub server has been seen to publish, at worst, for public and private
-- repositories. Schedules must stay safe when it happens again.
create table publishing_lags (
    api_url text not null,
    visibility text not null constraint publishing_lags_visibility_check
        check (visibility in ('public', 'private')),
    longest_days integer not null,
    seen_on text not null,
    constraint publishing_lags_pk primary key (api_url, visibility)
) strict, without rowid;

-- "Not modified" says nothing of the days of an answer that nobody recorded: ask once in full.
update answers set etag = null, credential = null where endpoint in ('views', 'clones');
