//! What a rule selects from a connection's list, and why it leaves out the rest.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::report::{Connection, FollowPreview, LeftOutCount};
use domain::{Candidate, FollowFilter, LeftOut};

use crate::count;
use crate::github::ListedRepository;
use crate::repositories::unreadable;
use crate::store::TrackingState;

/// How many names a preview holds.
const NAMED: usize = 100;

/// A tenant's repositories, and how many it may still add.
pub(super) struct Holdings {
    /// Its repositories, by GitHub's ids.
    pub(super) known: HashMap<i64, TrackingState>,
    /// Those that rules leave out.
    pub(super) unfollowed: HashSet<i64>,
    /// How many repositories it may still add.
    pub(super) room: usize,
}

/// What a rule selects from a list.
#[derive(Debug, Default)]
pub(super) struct Selection<'a> {
    /// The repositories to track, in the order of the list.
    pub(super) new: Vec<&'a ListedRepository>,
    /// How many matches are tracked already.
    pub(super) already_tracked: u32,
    /// How many matches are left out, by reason.
    pub(super) left_out: BTreeMap<LeftOut, u32>,
}

/// The repositories of a list that a rule's patterns match. Call it outside of transactions,
/// because a list may have tens of thousands of names.
pub(crate) fn matched<'a>(
    listed: &'a [ListedRepository],
    filter: &FollowFilter,
) -> Vec<&'a ListedRepository> {
    let matcher = filter.patterns.matcher();
    let all = listed.iter();
    all.filter(|repository| matcher.matches(&repository.full_name))
        .collect()
}

impl<'a> Selection<'a> {
    /// Decides about each repository that a rule's patterns match.
    pub(super) fn new(
        connection: &Connection,
        matched: &[&'a ListedRepository],
        filter: &FollowFilter,
        holdings: &Holdings,
    ) -> Self {
        let mut selection = Self::default();
        for repository in matched.iter().copied() {
            let known = holdings.known.get(&repository.github_id);
            if known == Some(&TrackingState::Tracked) {
                selection.already_tracked += 1;
                continue;
            }
            let removed = known.is_some() || holdings.unfollowed.contains(&repository.github_id);
            let left_out = if let Some(kind) = filter.leaves_out(candidate(repository)) {
                Some(kind)
            } else if removed {
                Some(LeftOut::Removed)
            } else if unreadable(connection, repository).is_some() {
                Some(LeftOut::Unreadable)
            } else if selection.new.len() >= holdings.room {
                Some(LeftOut::Limit)
            } else {
                None
            };
            match left_out {
                Some(why) => *selection.left_out.entry(why).or_default() += 1,
                None => selection.new.push(repository),
            }
        }
        selection
    }

    /// How many repositories the patterns match.
    pub(super) fn matching(&self) -> u32 {
        let left_out: u32 = self.left_out.values().sum();
        count(self.new.len()) + self.already_tracked + left_out
    }

    /// The preview, for a list of this length.
    pub(super) fn preview(&self, listed: usize) -> FollowPreview {
        let names = self.new.iter().take(NAMED);
        FollowPreview {
            listed: count(listed),
            matching: self.matching(),
            already_tracked: self.already_tracked,
            new: count(self.new.len()),
            names: names.map(|listed| listed.full_name.clone()).collect(),
            left_out: self
                .left_out
                .iter()
                .map(|(why, count)| LeftOutCount {
                    why: *why,
                    count: *count,
                })
                .collect(),
        }
    }

    /// What keeps the rule from tracking all its matches, as a sentence. `notice` says what GitHub
    /// left out of the list.
    pub(super) fn refusal(
        &self,
        connection: &Connection,
        most: u32,
        notice: Option<&str>,
    ) -> Option<String> {
        let mut sentences: Vec<_> = notice.into_iter().map(ToOwned::to_owned).collect();
        if let Some(count) = self.left_out.get(&LeftOut::Unreadable) {
            sentences.push(match &connection.missing_permission {
                Some(missing) => format!(
                    "{} skipped because the connection lacks the permission “{missing}”. Grant it on GitHub, then check the connection.",
                    matching(*count)
                ),
                None => format!(
                    "{} skipped because {} cannot read their traffic. Give it push access to them.",
                    matching(*count),
                    connection.login
                ),
            });
        }
        if let Some(count) = self.left_out.get(&LeftOut::Limit) {
            sentences.push(format!(
                "{} skipped because this tenant can have {} repositories. Delete some with their history, or ask your administrator to raise the limit.",
                matching(*count),
                domain::grouped(most)
            ));
        }
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}

fn candidate(listed: &ListedRepository) -> Candidate<'_> {
    Candidate {
        name: &listed.full_name,
        fork: listed.fork,
        archived: listed.archived,
        private: listed.private,
    }
}

fn matching(count: u32) -> String {
    let noun = if count == 1 {
        "matching repository was"
    } else {
        "matching repositories were"
    };
    format!("{} {noun}", domain::grouped(count))
}
