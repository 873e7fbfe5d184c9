-- What GitHub counts beside traffic: the downloads of releases, the dates of tags, the history of
-- stars.
--
-- GitHub's count of an asset's downloads begins again at zero when the asset is uploaded again, so
-- `downloads` is what GitHub says now and `total` what was counted over all uploads, which never
-- falls. A row of asset_days stands where a reading found something new; a day of release_days
-- without such a row found the asset as it was. What GitHub no longer lists keeps its row, and
-- `gone_on` says since when.

create table releases (
    id integer constraint releases_pk primary key,
    repository_id integer not null constraint releases_repository_fk
        references repositories (id) on delete cascade,
    github_id integer not null,
    tag text not null,
    name text,
    prerelease integer not null constraint releases_prerelease_check check (prerelease in (0, 1)),
    published_at text not null,
    gone_on text,
    constraint releases_github_id_unique unique (repository_id, github_id)
) strict;

create table release_assets (
    id integer constraint release_assets_pk primary key,
    release_id integer not null constraint release_assets_release_fk
        references releases (id) on delete cascade,
    github_id integer not null,
    name text not null,
    size integer not null,
    uploaded_at text not null,
    uploads integer not null,
    downloads integer not null,
    total integer not null,
    gone_on text,
    constraint release_assets_github_id_unique unique (release_id, github_id),
    constraint release_assets_total_check check (total >= downloads)
) strict;

create table asset_days (
    asset_id integer not null constraint asset_days_asset_fk
        references release_assets (id) on delete cascade,
    day text not null,
    downloads integer not null,
    gained integer,
    reset integer not null constraint asset_days_reset_check check (reset in (0, 1)),
    constraint asset_days_pk primary key (asset_id, day)
) strict, without rowid;

-- The days on which all releases were read.
create table release_days (
    repository_id integer not null constraint release_days_repository_fk
        references repositories (id) on delete cascade,
    day text not null,
    constraint release_days_pk primary key (repository_id, day)
) strict, without rowid;

-- A tag's day is that of its commit, which takes a request of its own: null until it was asked,
-- and for good where the tag names no commit.
create table tags (
    repository_id integer not null constraint tags_repository_fk
        references repositories (id) on delete cascade,
    name text not null,
    commit_sha text not null,
    looked_up integer not null constraint tags_looked_up_check check (looked_up in (0, 1)),
    day text,
    gone_on text,
    constraint tags_pk primary key (repository_id, name)
) strict, without rowid;

-- The stars given on a day that are still there, of the days from first_day to last_day of the
-- history; a day among them without a row saw none. `pages` counts those that were read of GitHub's
-- list, which begins with the newest weeks.
create table star_histories (
    repository_id integer constraint star_histories_pk primary key
        constraint star_histories_repository_fk references repositories (id) on delete cascade,
    first_day text not null,
    last_day text not null,
    pages integer not null,
    whole integer not null constraint star_histories_whole_check check (whole in (0, 1))
) strict;

create table star_days (
    repository_id integer not null constraint star_days_repository_fk
        references repositories (id) on delete cascade,
    day text not null,
    stars integer not null,
    constraint star_days_pk primary key (repository_id, day)
) strict, without rowid;

-- Whether GitHub shows the connection's token this kind of data; no row, until it was asked.
create table offers (
    repository_id integer not null constraint offers_repository_fk
        references repositories (id) on delete cascade,
    endpoint text not null,
    offered integer not null constraint offers_offered_check check (offered in (0, 1)),
    told_at text not null,
    constraint offers_pk primary key (repository_id, endpoint)
) strict, without rowid;
