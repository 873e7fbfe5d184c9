//! The form fields of a new account.

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
    hint: "At least 10 characters; a passphrase is easier to remember.",
    shortest: 10,
    longest: 1000,
    ..Text::EMPTY
};
