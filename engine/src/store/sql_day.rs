//! A day as the tables of traffic store it.

use chrono::NaiveDate;
use domain::Day;
use serde::{Deserialize, Deserializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgTypeInfo;
use sqlx::sqlite::SqliteTypeInfo;
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type, TypeInfo, ValueRef};

/// A day that is an integer in SQLite, the number of days since 1970-01-01, and a date in
/// PostgreSQL. Statements can subtract two, and add a number of days, on both.
///
/// Only the tables with a row for each repository and day or week use it. The others hold text in
/// SQLite, which it can read too.
///
/// In JSON, it is that number on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SqlDay(pub(super) Day);

impl From<SqlDay> for Day {
    fn from(day: SqlDay) -> Self {
        day.0
    }
}

impl Type<Sqlite> for SqlDay {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }

    fn compatible(kind: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(kind) || <NaiveDate as Type<Sqlite>>::compatible(kind)
    }
}

impl Encode<'_, Sqlite> for SqlDay {
    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(i64::from(self.0.date().to_epoch_days()), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for SqlDay {
    fn decode(value: <Sqlite as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        if value.type_info().name() == "TEXT" {
            return Ok(Self(Day::new(Decode::<Sqlite>::decode(value)?)));
        }
        let days: i32 = Decode::<Sqlite>::decode(value)?;
        let date = NaiveDate::from_epoch_days(days).ok_or("a day outside the calendar")?;
        Ok(Self(Day::new(date)))
    }
}

impl Type<Postgres> for SqlDay {
    fn type_info() -> PgTypeInfo {
        <NaiveDate as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for SqlDay {
    fn encode_by_ref(
        &self,
        buffer: &mut <Postgres as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.date(), buffer)
    }
}

impl<'r> Decode<'r, Postgres> for SqlDay {
    fn decode(value: <Postgres as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(Day::new(Decode::<Postgres>::decode(value)?)))
    }
}

impl<'de> Deserialize<'de> for SqlDay {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let date = NaiveDate::from_epoch_days(i32::deserialize(value)?);
        date.map(|date| Self(Day::new(date)))
            .ok_or_else(|| serde::de::Error::custom("a day outside the calendar"))
    }
}
