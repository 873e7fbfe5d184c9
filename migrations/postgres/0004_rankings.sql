-- Referrers and paths: the top ten of a window, as dated snapshots, one a day. A snapshot without
-- rows says that GitHub named none. Each site, path and title is stored once.

create table labels (
    id bigint generated always as identity constraint labels_pk primary key,
    label text not null constraint labels_label_unique unique
);

create table rankings (
    id bigint generated always as identity constraint rankings_pk primary key,
    repository_id bigint not null constraint rankings_repository_fk
        references repositories (id) on delete cascade,
    kind text not null constraint rankings_kind_check check (kind in ('referrers', 'paths')),
    last_day date not null,
    first_day date not null,
    captured_at timestamptz not null,
    constraint rankings_day_unique unique (repository_id, kind, last_day)
);

create table ranking_rows (
    ranking_id bigint not null constraint ranking_rows_ranking_fk
        references rankings (id) on delete cascade,
    position bigint not null,
    label_id bigint not null constraint ranking_rows_label_fk references labels (id),
    title_id bigint constraint ranking_rows_title_fk references labels (id),
    count bigint not null,
    uniques bigint not null,
    constraint ranking_rows_pk primary key (ranking_id, position)
);
