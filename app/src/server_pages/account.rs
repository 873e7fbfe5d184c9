//! The fields of an account, wherever one is made.

use super::form::Text;

pub const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "name",
    longest: 100,
    ..Text::EMPTY
};
pub const EMAIL: Text = Text {
    name: "email",
    label: "Email",
    kind: "email",
    autocomplete: "username",
    longest: 254,
    ..Text::EMPTY
};
pub const NEW_PASSWORD: Text = Text {
    name: "password",
    label: "Password",
    kind: "password",
    autocomplete: "new-password",
    hint: "At least 10 characters; a sentence is easier to remember than signs.",
    shortest: 10,
    longest: 1000,
    ..Text::EMPTY
};
