//! What a page carries arrives unchanged, whatever its type.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{FormatError, from_str, to_string};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Nothing,
    Named(String),
    Pair(u8, Option<bool>),
    Sized { width: f64, note: Option<String> },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Carried {
    count: u64,
    change: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<u32>,
    names: Vec<String>,
    shapes: Vec<Shape>,
    by_name: BTreeMap<String, Option<u32>>,
    nested: Option<Box<Carried>>,
    unit: (),
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Nothing),
        any::<String>().prop_map(Shape::Named),
        any::<(u8, Option<bool>)>().prop_map(|(one, other)| Shape::Pair(one, other)),
        (-1e9..1e9_f64, any::<Option<String>>())
            .prop_map(|(width, note)| Shape::Sized { width, note }),
    ]
}

fn carried() -> impl Strategy<Value = Carried> {
    let numbers = (any::<u64>(), any::<i32>(), any::<Option<u32>>());
    let names = proptest::collection::vec(any::<String>(), 0..4);
    let shapes = proptest::collection::vec(shapes(), 0..4);
    let by_name = proptest::collection::btree_map(any::<String>(), any::<Option<u32>>(), 0..4);
    (numbers, names, shapes, by_name).prop_map(
        |((count, change, left_out), names, shapes, by_name)| {
            let inner = Carried {
                count,
                left_out,
                ..Carried::default()
            };
            Carried {
                count,
                change,
                left_out,
                names,
                shapes,
                by_name,
                nested: Some(Box::new(inner)),
                unit: (),
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(carried in carried()) {
        let text = to_string(&carried).unwrap();
        prop_assert_eq!(from_str::<Carried>(&text), Ok(carried));
    }

    #[test]
    fn no_text_is_misread_into_a_panic(text in "[0-9:,~_\\[\\]{}()tfä-]{0,40}") {
        let _ = from_str::<Carried>(&text);
        let _ = from_str::<Vec<Shape>>(&text);
    }
}

#[test]
fn values_carry_no_names_and_strings_no_quotes() {
    let carried = Carried {
        count: 12,
        names: vec!["a \"b\"".to_owned()],
        shapes: vec![Shape::Nothing, Shape::Pair(1, None)],
        ..Carried::default()
    };
    let text = to_string(&carried).unwrap();
    assert_eq!(text, "[12,0,_[5:a \"b\"][0,(2,[1,~])]{}~~]");
}

#[test]
fn a_text_with_more_or_less_than_the_value_is_refused() {
    assert_eq!(from_str::<Vec<u32>>("[1,2,]"), Ok(vec![1, 2]));
    for text in ["", "[1,2,", "[1,2,]3,", "[1]", "9:short", "1:é"] {
        assert_eq!(from_str::<Vec<u32>>(text), Err(FormatError), "{text}");
        assert_eq!(from_str::<String>(text), Err(FormatError), "{text}");
    }
}
