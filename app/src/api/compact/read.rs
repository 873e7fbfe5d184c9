//! Reads values from their text.

use serde::de::value::U64Deserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::FormatError;

type Outcome<T> = Result<T, FormatError>;

/// Reads a value that takes the whole text.
///
/// # Errors
/// The text is another type's.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Outcome<T> {
    let mut reader = Reader { rest: text };
    let value = T::deserialize(&mut reader)?;
    reader.rest.is_empty().then_some(value).ok_or(FormatError)
}

/// The text not yet read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads this sign if it is next.
    fn skips(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, sign: char) -> Outcome<()> {
        self.skips(sign).then_some(()).ok_or(FormatError)
    }

    /// The text up to this sign, which is read too.
    fn up_to(&mut self, sign: char) -> Outcome<&'a str> {
        let (text, rest) = self.rest.split_once(sign).ok_or(FormatError)?;
        self.rest = rest;
        Ok(text)
    }

    fn string(&mut self) -> Outcome<&'a str> {
        let len = self.up_to(':')?.parse().map_err(|_| FormatError)?;
        let (text, rest) = self.rest.split_at_checked(len).ok_or(FormatError)?;
        self.rest = rest;
        Ok(text)
    }

    fn unsigned(&mut self) -> Outcome<u64> {
        self.up_to(',')?.parse().map_err(|_| FormatError)
    }

    fn signed(&mut self) -> Outcome<i64> {
        self.up_to(',')?.parse().map_err(|_| FormatError)
    }

    fn bool(&mut self) -> Outcome<bool> {
        if self.skips('t') {
            return Ok(true);
        }
        self.expect('f').map(|()| false)
    }
}

/// The types that read alike.
macro_rules! read {
    ($($method:ident)* => |$reader:ident| $value:expr => $of_visitor:ident) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
            let $reader = self;
            visitor.$of_visitor($value)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = FormatError;

    read!(deserialize_bool => |reader| reader.bool()? => visit_bool);
    read!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
          => |reader| reader.unsigned()? => visit_u64);
    read!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
          => |reader| reader.signed()? => visit_i64);
    read!(deserialize_f32 deserialize_f64
          => |reader| reader.up_to(',')?.parse().map_err(|_| FormatError)? => visit_f64);
    read!(deserialize_str deserialize_string deserialize_identifier
          => |reader| reader.string()? => visit_str);

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        if self.skips('~') {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.expect('~')?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.expect('[')?;
        let value = visitor.visit_seq(Elements(self))?;
        self.expect(']')?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Outcome<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Outcome<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.expect('{')?;
        let value = visitor.visit_map(Entries(self))?;
        self.expect('}')?;
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let has_data = self.skips('(');
        let value = visitor.visit_enum(Variant(self))?;
        if has_data {
            self.expect(')')?;
        }
        Ok(value)
    }

    /// What a value is, its type has to know: so flattened and untagged types cannot be read.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Outcome<V::Value> {
        Err(FormatError)
    }

    forward_to_deserialize_any! { char bytes byte_buf ignored_any i128 u128 }
}

/// The values up to a closing bracket.
struct Elements<'a, 'de>(&'a mut Reader<'de>);

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = FormatError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        // A field that was left out gets its default, as if the sequence ended before it.
        if self.0.skips('_') || self.0.rest.starts_with(']') {
            return Ok(None);
        }
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// The keys and values up to a closing brace.
struct Entries<'a, 'de>(&'a mut Reader<'de>);

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = FormatError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Outcome<Option<K::Value>> {
        if self.0.rest.starts_with('}') {
            return Ok(None);
        }
        seed.deserialize(&mut *self.0).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Outcome<V::Value> {
        seed.deserialize(&mut *self.0)
    }
}

/// A variant and its data.
struct Variant<'a, 'de>(&'a mut Reader<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = FormatError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Outcome<(V::Value, Self)> {
        let place: U64Deserializer<FormatError> = self.0.unsigned()?.into_deserializer();
        Ok((seed.deserialize(place)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = FormatError;

    fn unit_variant(self) -> Outcome<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Outcome<T::Value> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Outcome<V::Value> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        self.0.deserialize_seq(visitor)
    }
}
