//! Which tables belong together in `docs/schema.md`, and what each one holds.

/// Tables about one subject, which share a diagram.
pub(super) struct Group {
    /// A heading, and an identifier once its spaces are removed.
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    /// The name of each table, and what it holds.
    pub(super) tables: &'static [(&'static str, &'static str)],
}

/// Every table of the database is in exactly one of these.
pub(super) const GROUPS: &[Group] = &[
    Group {
        title: "Accounts",
        about: "Tenants, the people in them, and what each person may see.",
        tables: &[
            (
                "tenants",
                "Organizations that share an installation and see nothing of each other.",
            ),
            (
                "tenant_limits",
                "Limits that an administrator changed for a tenant. No row means the default.",
            ),
            ("users", "People, with their system roles and preferences."),
            ("memberships", "The role of a person in a tenant."),
            (
                "repository_grants",
                "The repositories that a repository viewer may see.",
            ),
            (
                "invitations",
                "Open invitations to a tenant or to the installation. Accepting one deletes it.",
            ),
            (
                "invitation_repositories",
                "The repositories that an invitation grants.",
            ),
        ],
    },
    Group {
        title: "Sign-in and audit",
        about: "How people and programs prove who they are, and what they did. Tokens and session \
                keys are stored as hashes.",
        tables: &[
            ("sessions", "Signed-in browsers."),
            (
                "identities",
                "External identities (OpenID Connect, GitHub) linked to an account.",
            ),
            ("api_tokens", "API tokens of a tenant."),
            (
                "system_log",
                "The audit log: who did what, to what, when and from where. Names are \
                            stored as they were at the time.",
            ),
        ],
    },
    Group {
        title: "Connections",
        about: "How Tidemark reaches GitHub.",
        tables: &[
            (
                "connections",
                "A tenant's encrypted GitHub token or GitHub App installation, and the \
                             result of its last check.",
            ),
            (
                "pending_apps",
                "GitHub Apps created from a manifest and not installed yet.",
            ),
            (
                "github_servers",
                "GitHub servers that tenants may connect to.",
            ),
            (
                "key_check",
                "A known text, encrypted. A wrong key fails on it at start-up.",
            ),
        ],
    },
    Group {
        title: "Repositories",
        about: "What is tracked, and when it is collected.",
        tables: &[
            (
                "repositories",
                "Tracked repositories, identified by GitHub's id.",
            ),
            (
                "repository_tags",
                "Tags, by which a tenant groups its repositories.",
            ),
            ("tagged_repositories", "Which repository has which tag."),
            (
                "repository_events",
                "Renames, transfers and other changes noticed on GitHub.",
            ),
            (
                "schedules",
                "When the repositories of a tenant are collected.",
            ),
            (
                "follow_rules",
                "Rules that track a connection's new repositories.",
            ),
            (
                "notes",
                "Notes on the charts, of a repository or of the whole tenant.",
            ),
            (
                "unfollowed_repositories",
                "Repositories deleted with their history. No rule tracks them again.",
            ),
        ],
    },
    Group {
        title: "Runs",
        about: "Collections, and the processes that share them.",
        tables: &[
            ("runs", "Collection runs."),
            (
                "run_items",
                "The repositories of a run: waiting, claimed by a worker, or finished.",
            ),
            ("run_failures", "What failed in a run, and why."),
            (
                "workers",
                "Processes that collect. A row without a recent heartbeat is deleted, which \
                         releases its claims.",
            ),
            (
                "job_claims",
                "When each periodic job last ran, so that of several servers one runs it.",
            ),
        ],
    },
    Group {
        title: "Traffic",
        about: "What GitHub counted. A row means that GitHub reported it, zero included. No row, or \
                a null, means unknown.",
        tables: &[
            ("traffic_days", "Views and clones of a UTC day."),
            (
                "running_totals",
                "What a repository counted before the Monday of each week, and the days of the week.",
            ),
            (
                "tenant_days",
                "The sums of all repositories of a tenant on a UTC day.",
            ),
            (
                "repository_summaries",
                "What lists show of a repository: its known days, their totals, what responses covered and when, and its stars.",
            ),
            (
                "usual_days",
                "What was usual on each of a repository's newest 14 days.",
            ),
            (
                "traffic_weeks",
                "Views and clones of a week, with GitHub's own weekly uniques.",
            ),
            (
                "traffic_windows",
                "Totals of GitHub's 14-day windows, with the uniques of the whole window.",
            ),
            (
                "rankings",
                "Dated lists of referrers or paths, each for one window.",
            ),
            ("ranking_rows", "The rows of these lists."),
            ("labels", "Referrers, paths and titles, each stored once."),
        ],
    },
    Group {
        title: "Responses and coverage",
        about: "What GitHub was asked, what its responses covered, and where they disagree.",
        tables: &[
            (
                "answers",
                "When each endpoint last answered for a repository, and the entity tag for \
                         conditional requests.",
            ),
            (
                "offers",
                "Whether the connection's token may use an endpoint.",
            ),
            (
                "raw_answers",
                "Traffic responses as received, compressed, kept for some days.",
            ),
            (
                "traffic_answers",
                "The days that the last traffic response listed.",
            ),
            (
                "answered_days",
                "Ranges of days that traffic responses covered. A covered day without \
                               figures is quiet, not lost.",
            ),
            (
                "observations",
                "Data quality: responses that disagree with stored figures, which stay \
                              unchanged.",
            ),
            (
                "publishing_lags",
                "The longest delay with which a GitHub server published its figures.",
            ),
        ],
    },
    Group {
        title: "Releases and stars",
        about: "What GitHub counts besides traffic.",
        tables: &[
            (
                "popularity_days",
                "Stars, forks, watchers and open issues on a UTC day.",
            ),
            (
                "releases",
                "Releases. One that GitHub no longer lists keeps its row.",
            ),
            (
                "release_assets",
                "Files of releases, with the downloads over all their uploads.",
            ),
            (
                "asset_days",
                "Days on which a reading found new downloads of a file.",
            ),
            (
                "release_days",
                "Days on which all releases of a repository were read.",
            ),
            (
                "tags",
                "Git tags, with the day of their commit once it was looked up.",
            ),
            (
                "star_histories",
                "How much of a repository's star history was read.",
            ),
            ("star_days", "Stars given on a UTC day and still there."),
        ],
    },
];
