//! What the forms of the connections page do. The setup wizard has those of [`WIZARD`] too.

use strum::{EnumString, IntoStaticStr, VariantNames};

/// An action of the connections page.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Action {
    /// Connects with a token.
    Connect,
    /// Connects with a GitHub App.
    ConnectApp,
    /// Checks a connection.
    Check,
    /// Replaces the token or key.
    Replace,
    /// Renames a connection.
    Rename,
    /// Removes a connection.
    Disconnect,
    /// Continues with an app that is not installed yet.
    FinishApp,
    /// Deletes the key of an app.
    DiscardApp,
}

/// The actions of the setup wizard.
pub const WIZARD: &[&str] = &[
    Action::Connect.into_str(),
    Action::ConnectApp.into_str(),
    Action::Check.into_str(),
    Action::Replace.into_str(),
];
