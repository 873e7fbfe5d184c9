//! Writes values as text.

use std::fmt::{Display, Write};

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::FormatError;

type Outcome<T> = Result<T, FormatError>;

/// The text of a value.
///
/// # Errors
/// Its type has none: it holds bytes, or a serializer of its own fails.
pub fn to_string(value: &impl Serialize) -> Outcome<String> {
    let mut text = String::new();
    value.serialize(Writer(&mut text))?;
    Ok(text)
}

struct Writer<'a>(&'a mut String);

impl<'a> Writer<'a> {
    fn number(self, number: impl Display) -> Outcome<()> {
        write!(self.0, "{number},").map_err(|_| FormatError)
    }

    fn sign(self, sign: char) {
        self.0.push(sign);
    }

    fn begin(self, begin: &str, end: &'static str) -> Parts<'a> {
        self.0.push_str(begin);
        Parts { text: self.0, end }
    }

    fn variant(self, place: u32) -> Parts<'a> {
        let begin = format!("({place},[");
        self.begin(&begin, "])")
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty),*) => {
        $(fn $method(self, number: $number) -> Outcome<()> {
            self.number(number)
        })*
    };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = FormatError;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    );

    fn serialize_bool(self, value: bool) -> Outcome<()> {
        self.sign(if value { 't' } else { 'f' });
        Ok(())
    }

    fn serialize_char(self, _: char) -> Outcome<()> {
        Err(FormatError)
    }

    fn serialize_str(self, value: &str) -> Outcome<()> {
        write!(self.0, "{}:{value}", value.len()).map_err(|_| FormatError)
    }

    fn serialize_bytes(self, _: &[u8]) -> Outcome<()> {
        Err(FormatError)
    }

    fn serialize_none(self) -> Outcome<()> {
        self.sign('~');
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome<()> {
        self.sign('~');
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome<()> {
        self.sign('~');
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, place: u32, _: &'static str) -> Outcome<()> {
        self.number(place)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Outcome<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        place: u32,
        _: &'static str,
        value: &T,
    ) -> Outcome<()> {
        let text = self.0;
        write!(text, "({place},").map_err(|_| FormatError)?;
        value.serialize(Writer(text))?;
        text.push(')');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Outcome<Parts<'a>> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Outcome<Parts<'a>> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Outcome<Parts<'a>> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        place: u32,
        _: &'static str,
        _: usize,
    ) -> Outcome<Parts<'a>> {
        Ok(self.variant(place))
    }

    fn serialize_map(self, _: Option<usize>) -> Outcome<Parts<'a>> {
        Ok(self.begin("{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Outcome<Parts<'a>> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        place: u32,
        _: &'static str,
        _: usize,
    ) -> Outcome<Parts<'a>> {
        Ok(self.variant(place))
    }
}

/// The parts of a value, and what ends them.
struct Parts<'a> {
    text: &'a mut String,
    end: &'static str,
}

impl Parts<'_> {
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        value.serialize(Writer(self.text))
    }

    fn ended(self) {
        self.text.push_str(self.end);
    }
}

macro_rules! sequences {
    ($($of:ident: $method:ident),*) => {
        $(impl $of for Parts<'_> {
            type Ok = ();
            type Error = FormatError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
                self.part(value)
            }

            fn end(self) -> Outcome<()> {
                self.ended();
                Ok(())
            }
        })*
    };
}

macro_rules! structs {
    ($($of:ident),*) => {
        $(impl $of for Parts<'_> {
            type Ok = ();
            type Error = FormatError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Outcome<()> {
                self.part(value)
            }

            fn skip_field(&mut self, _: &'static str) -> Outcome<()> {
                self.text.push('_');
                Ok(())
            }

            fn end(self) -> Outcome<()> {
                self.ended();
                Ok(())
            }
        })*
    };
}

sequences!(
    SerializeSeq: serialize_element, SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field
);
structs!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = FormatError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome<()> {
        self.part(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome<()> {
        self.part(value)
    }

    fn end(self) -> Outcome<()> {
        self.ended();
        Ok(())
    }
}
