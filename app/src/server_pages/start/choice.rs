//! The selection in the repository list, kept while a search narrows the list.

use domain::report::AvailableRepository;

use crate::server_pages::Fields;

/// Searches the list; like the next two actions, tracks nothing.
pub const SEARCH: &str = "search";
/// Selects all repositories shown.
pub const SELECT: &str = "select";
/// Clears the selection.
pub const CLEAR: &str = "clear";

/// The field name of the checkboxes.
pub const PICK: &str = "repository";

/// The selected repositories, by full name.
pub struct Choice(Vec<String>);

impl Choice {
    /// The submitted selection, after applying the submitted action.
    pub fn read(fields: &Fields, action: &str, shown: &[AvailableRepository]) -> Self {
        if action == CLEAR {
            return Self(Vec::new());
        }
        let mut picked: Vec<String> = Vec::new();
        let shown = shown.iter().filter(|it| action == SELECT && tickable(it));
        let shown = shown.map(|it| it.full_name.to_string());
        let sent = fields.all(PICK).map(str::to_owned);
        for name in sent.chain(shown) {
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
    pub fn hidden<'a>(&'a self, shown: &'a [AvailableRepository]) -> impl Iterator<Item = &'a str> {
        let is_shown = |name: &str| shown.iter().any(|it| it.full_name.to_string() == name);
        let names = self.0.iter().map(String::as_str);
        names.filter(move |name| !is_shown(name))
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
        let fields = Fields::parse(b"repository=o/a&repository=o/b");
        let shown = [available("o/b", true), available("o/c", true)];
        let choice = Choice::read(&fields, SEARCH, &shown);
        assert_eq!(choice.hidden(&shown).collect::<Vec<_>>(), ["o/a"]);
        assert!(choice.holds(&shown[0]) && !choice.holds(&shown[1]));
    }

    #[test]
    fn all_that_is_shown_can_be_ticked_and_unticked_at_once() {
        let fields = Fields::parse(b"repository=o/a&repository=o/b");
        let shown = [
            available("o/b", true),
            available("o/c", true),
            available("o/d", false),
        ];
        let choice = Choice::read(&fields, SELECT, &shown);
        assert_eq!(choice.0, ["o/a", "o/b", "o/c"]);
        assert_eq!(Choice::read(&fields, CLEAR, &shown).len(), 0);
    }
}
