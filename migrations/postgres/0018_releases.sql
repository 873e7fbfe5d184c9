-- What GitHub counts beside traffic: the downloads of releases, the dates of tags, the history of
-- stars.
--
-- GitHub's count of an asset's downloads begins again at zero when the asset is uploaded again, so
-- `downloads` is what GitHub says now and `total` what was counted over all uploads, which never
-- falls. A row of asset_days stands where a reading found something new; a day of release_days
-- without such a row found the asset as it was. What GitHub no longer lists keeps its row, and
-- `gone_on` says since when.

create table releases (
    id bigint generated always as identity constraint releases_pk primary key,
    repository_id bigint not null constraint releases_repository_fk
        references repositories (id) on delete cascade,
    github_id bigint not null,
    tag text not null,
    name text,
    prerelease boolean not null,
    published_at timestamptz not null,
    gone_on date,
    constraint releases_github_id_unique unique (repository_id, github_id)
);

create table release_assets (
    id bigint generated always as identity constraint release_assets_pk primary key,
    release_id bigint not null constraint release_assets_release_fk
        references releases (id) on delete cascade,
    github_id bigint not null,
    name text not null,
    size bigint not null,
    uploaded_at timestamptz not null,
    uploads bigint not null,
    downloads bigint not null,
    total bigint not null,
    gone_on date,
    constraint release_assets_github_id_unique unique (release_id, github_id),
    constraint release_assets_total_check check (total >= downloads)
);

create table asset_days (
    asset_id bigint not null constraint asset_days_asset_fk
        references release_assets (id) on delete cascade,
    day date not null,
    downloads bigint not null,
    gained bigint,
    reset boolean not null,
    constraint asset_days_pk primary key (asset_id, day)
);

-- The days on which all releases were read.
create table release_days (
    repository_id bigint not null constraint release_days_repository_fk
        references repositories (id) on delete cascade,
    day date not null,
    constraint release_days_pk primary key (repository_id, day)
);

-- A tag's day is that of its commit, which takes a request of its own: null until it was asked,
-- and for good where the tag names no commit.
create table tags (
    repository_id bigint not null constraint tags_repository_fk
        references repositories (id) on delete cascade,
    name text not null,
    commit_sha text not null,
    looked_up boolean not null,
    day date,
    gone_on date,
    constraint tags_pk primary key (repository_id, name)
);

-- The stars given on a day that are still there, of the days from first_day to last_day of the
-- history; a day among them without a row saw none. `pages` counts those that were read of GitHub's
-- list, which begins with the newest weeks.
create table star_histories (
    repository_id bigint constraint star_histories_pk primary key
        constraint star_histories_repository_fk references repositories (id) on delete cascade,
    first_day date not null,
    last_day date not null,
    pages bigint not null,
    whole boolean not null
);

create table star_days (
    repository_id bigint not null constraint star_days_repository_fk
        references repositories (id) on delete cascade,
    day date not null,
    stars bigint not null,
    constraint star_days_pk primary key (repository_id, day)
);

-- Whether GitHub shows the connection's token this kind of data; no row, until it was asked.
create table offers (
    repository_id bigint not null constraint offers_repository_fk
        references repositories (id) on delete cascade,
    endpoint text not null,
    offered boolean not null,
    told_at timestamptz not null,
    constraint offers_pk primary key (repository_id, endpoint)
);
