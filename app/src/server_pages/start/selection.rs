//! The selection in the repository list, kept while a search narrows the list.

use domain::report::AvailableRepository;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::server_pages::fields::checkbox;

/// What the forms of the page do. The first three track nothing.
#[derive(Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Action {
    /// Searches the list.
    Search,
    /// Selects all repositories shown.
    Select,
    /// Clears the selection.
    Clear,
    /// Tracks the selected repositories.
    Track,
    /// Tracks all repositories of the connection.
    TrackAll,
}

/// The submitted list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListForm {
    /// The search.
    pub search: String,
    /// The selected repositories, by full name.
    pub repository: Vec<String>,
    /// Whether new repositories are tracked too.
    #[serde(deserialize_with = "checkbox")]
    pub follow: bool,
}

/// The field name of the checkboxes, and of what a search hides.
pub const REPOSITORY: &str = "repository";

/// The selected repositories, by full name.
pub struct Selection(Vec<String>);

impl Selection {
    /// The submitted selection, after applying the submitted action.
    pub fn new(sent: &[String], action: Option<Action>, visible: &[AvailableRepository]) -> Self {
        if action == Some(Action::Clear) {
            return Self(Vec::new());
        }
        let mut picked: Vec<String> = Vec::new();
        let visible = visible
            .iter()
            .filter(|it| action == Some(Action::Select) && tickable(it));
        let visible = visible.map(|it| it.full_name.to_string());
        for name in sent.iter().cloned().chain(visible) {
            if !picked.contains(&name) {
                picked.push(name);
            }
        }
        Self(picked)
    }

    /// Whether this repository is selected.
    pub fn holds(&self, repository: &AvailableRepository) -> bool {
        let name = repository.full_name.to_string();
        self.0.contains(&name)
    }

    /// The selected repositories hidden by the search.
    pub fn hidden<'a>(
        &'a self,
        visible: &'a [AvailableRepository],
    ) -> impl Iterator<Item = &'a str> {
        let is_visible = |name: &str| visible.iter().any(|it| it.full_name.to_string() == name);
        let names = self.0.iter().map(String::as_str);
        names.filter(move |name| !is_visible(name))
    }

    /// The number of selected repositories.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Whether a repository can be tracked: its traffic is readable and it is not tracked yet.
pub const fn tickable(repository: &AvailableRepository) -> bool {
    repository.readable && !repository.tracked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn available(name: &str, readable: bool) -> AvailableRepository {
        AvailableRepository {
            full_name: name.parse().expect("a valid name"),
            private: false,
            archived: false,
            stars: 0,
            readable,
            tracked: false,
        }
    }

    #[test]
    fn ticks_survive_a_search_that_hides_them() {
        let sent = ["o/a", "o/b"].map(str::to_owned);
        let visible = [available("o/b", true), available("o/c", true)];
        let selection = Selection::new(&sent, Some(Action::Search), &visible);
        assert_eq!(selection.hidden(&visible).collect::<Vec<_>>(), ["o/a"]);
        assert!(selection.holds(&visible[0]) && !selection.holds(&visible[1]));
    }

    #[test]
    fn all_that_is_shown_can_be_ticked_and_unticked_at_once() {
        let sent = ["o/a", "o/b"].map(str::to_owned);
        let visible = [
            available("o/b", true),
            available("o/c", true),
            available("o/d", false),
        ];
        let selection = Selection::new(&sent, Some(Action::Select), &visible);
        assert_eq!(selection.0, ["o/a", "o/b", "o/c"]);
        assert_eq!(
            Selection::new(&sent, Some(Action::Clear), &visible).len(),
            0
        );
    }
}
