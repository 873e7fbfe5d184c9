//! Data tables.

use leptos::prelude::*;

/// The accessible name of a table.
#[derive(Clone, Copy)]
pub enum TableLabel {
    /// The heading with this id.
    Heading(&'static str),
    /// This text.
    Text(&'static str),
}

/// A column: its heading and its class, or empty.
#[derive(Clone, Copy)]
pub struct Column(pub &'static str, pub &'static str);

/// The column of buttons, whose heading is only for screen readers.
pub const ACTIONS: Column = Column("Actions", "actions");

/// A table; `class` sets its layout on narrow screens (`as-list`: rows become blocks).
pub fn data_table(
    class: &'static str,
    label: TableLabel,
    columns: &[Column],
    rows: impl IntoView + 'static,
) -> AnyView {
    let (labelled_by, label) = match label {
        TableLabel::Heading(heading) => (Some(heading), None),
        TableLabel::Text(name) => (None, Some(name)),
    };
    let columns: Vec<_> = columns.iter().map(head).collect();
    view! {
        <div class="table-wrap">
            <table class=format!("data-table {class}") aria-labelledby=labelled_by aria-label=label>
                <thead>
                    <tr>{columns}</tr>
                </thead>
                <tbody>{rows.into_any()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(&Column(heading, class): &Column) -> AnyView {
    if class == ACTIONS.1 {
        return view! {
            <th scope="col">
                <span class="visually-hidden">{heading}</span>
            </th>
        }
        .into_any();
    }
    view! {
        <th scope="col" class=class>
            {heading}
        </th>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_html::test_html;

    #[test]
    fn a_table_is_named_and_its_buttons_have_a_heading_to_hear() {
        let columns = [Column("Name", ""), Column("Stars", "num"), ACTIONS];
        let html =
            test_html(|| data_table("as-list", TableLabel::Heading("people"), &columns, "rows"));
        for part in [
            r#"class="data-table as-list""#,
            r#"aria-labelledby="people""#,
            r">Name</th>",
            r#"<th scope="col" class="num">Stars</th>"#,
            r#"<span class="visually-hidden">Actions</span>"#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
