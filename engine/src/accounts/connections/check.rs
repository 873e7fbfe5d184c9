//! Checking a connection with GitHub: its owner, missing permissions and remaining rate limit.

use domain::report::{Connection, ConnectionKind, RateLimit};
use domain::{AuditAction, ConnectionId, Permission, TenantId, Viewer};
use url::Url;

use super::Credential;
use crate::github::{CheckResult, GithubError, MissingPermission};
use crate::store::CheckRecord;
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// Checks a connection now and stores the result, a refusal included.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, or GitHub does not answer.
    pub async fn check_connection(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let checked = self.check_credential(tenant, id).await?;
        if checked.refusal.is_none() {
            // A check often follows a fix on GitHub, so paused repositories are tried again.
            let mut transaction = self.0.store.begin().await?;
            transaction.resume_paused_repositories(tenant, id).await?;
            transaction.commit().await?;
        }
        Ok(checked)
    }

    /// Replaces a connection's token or key with another of the same kind, after checking it. It
    /// may belong to another user; then the connection and the system log show the new one.
    ///
    /// # Errors
    /// When the viewer may not, there is no such connection, the kind differs, or GitHub refuses
    /// the credential.
    pub async fn replace_credential(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: ConnectionId,
        credential: Credential,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let known = self.one_connection(tenant, id).await?;
        if credential.kind() != known.kind {
            return Err(Error::invalid(match known.kind {
                ConnectionKind::Token => {
                    "This connection uses a token. Enter another token, or add a connection for the app."
                }
                ConnectionKind::App => {
                    "This connection uses a GitHub App. Enter the app’s new key, or add a connection for the token."
                }
            }));
        }
        let api_url = Url::parse(&known.api_url).map_err(|_| GithubError::Address)?;
        let client = self.client_of(&api_url, &credential)?;
        let checked = client.check().await?;

        let mut transaction = self.0.store.begin().await?;
        let sealed = self
            .store_credential(&mut transaction, tenant, id, &credential)
            .await?;
        let check = record_of(&checked, client.rate_limit());
        transaction
            .record_check(tenant, id, &sealed, &check, self.0.clock.now())
            .await?;
        transaction.resume_paused_repositories(tenant, id).await?;
        let subject = if checked.login == known.login {
            format!("{}, as {}", known.name, checked.login)
        } else {
            let (now, before) = (&checked.login, &known.login);
            format!("{}, as {now} (was {before})", known.name)
        };
        self.log(
            &mut transaction,
            viewer,
            AuditAction::CredentialReplaced,
            Some(tenant),
            &subject,
        )
        .await?;
        transaction.commit().await?;
        self.one_connection(tenant, id).await
    }

    /// Checks a connection without authorizing the viewer.
    pub(crate) async fn check_credential(
        &self,
        tenant: TenantId,
        id: ConnectionId,
    ) -> Result<Connection> {
        let store = &self.0.store;
        let opened = self.0.clients.open(tenant, id).await?;
        match opened.client.check().await {
            Ok(checked) => {
                let check = record_of(&checked, opened.client.rate_limit());
                let mut transaction = store.begin().await?;
                transaction
                    .record_check(tenant, id, opened.sealed(), &check, self.0.clock.now())
                    .await?;
                transaction.commit().await?;
            }
            Err(error) if error.refuses_connection() => {
                let (refusal, now) = (error.to_string(), self.0.clock.now());
                store
                    .record_refused_check(tenant, id, opened.sealed(), &refusal, now)
                    .await?;
            }
            Err(error) => return Err(error.into()),
        }
        self.one_connection(tenant, id).await
    }
}

/// What is stored of a check.
pub(super) fn record_of(checked: &CheckResult, rate_limit: Option<RateLimit>) -> CheckRecord<'_> {
    CheckRecord {
        login: &checked.login,
        github_user_id: checked.id,
        token_expires_at: checked.expires_at,
        scopes: checked.scopes.as_deref(),
        missing_permission: match &checked.missing {
            MissingPermission::None => None,
            MissingPermission::Named(name) => Some(name),
            MissingPermission::Unknown => Some(""),
        },
        notice: checked.notice.as_deref(),
        budget: rate_limit,
    }
}
