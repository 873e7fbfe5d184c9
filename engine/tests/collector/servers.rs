//! The GitHub servers that connections may use, and who a GitHub token's user is.

use domain::{ProblemKind, Role as Part};
use engine::{Credential, NewConnection};
use simulator::{Repository, Token, User};

use crate::fixture::{
    Fixture, OPERATOR, TOKEN, administrator, another_github, member, problem, repository,
};

fn connection(api_url: &str) -> NewConnection {
    NewConnection {
        name: api_url.into(),
        api_url: Some(api_url.parse().expect("an address")),
        credential: Credential::Token(TOKEN.into()),
    }
}

on_both! {
    async fn a_tenant_uses_only_servers_that_an_administrator_allowed(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let other = another_github(&fixture, |github| github.repository(Repository::new(1, "octocat/x"))).await;
        let owner = member(fixture.tenant, Part::Owner);
        let connect = async |url: &str| fixture.engine.connect(&owner, fixture.tenant, connection(url)).await;
        let refused = problem(connect(other.url()).await);
        assert_eq!(refused.kind, ProblemKind::Forbidden);
        assert_eq!(other.control().requests(), 0, "the address is not even asked");
        // The configured one may be named.
        connect(fixture.github.url()).await.expect("connected");

        let admin = administrator();
        let added = fixture.engine.add_server(&admin, &format!(" {}/ ", other.url())).await.expect("added");
        assert_eq!((added.api_url.as_str(), added.connections), (other.url(), 0));
        let again = fixture.engine.add_server(&admin, other.url()).await;
        assert_eq!(problem(again).kind, ProblemKind::Conflict);
        let configured = fixture.engine.add_server(&admin, fixture.github.url()).await;
        assert_eq!(problem(configured).kind, ProblemKind::Conflict);

        let made = connect(other.url()).await.expect("connected");
        let report = fixture.engine.connections(&owner, fixture.tenant).await.expect("a report");
        assert_eq!(report.servers, [format!("{}/", fixture.github.url()), other.url().to_owned()]);
        let servers = fixture.engine.servers(&admin).await.expect("servers");
        let used: Vec<_> = servers.iter().map(|server| server.connections).collect();
        assert_eq!(used, [2, 1]);

        let id = added.id.expect("an id");
        let kept = problem(fixture.engine.remove_server(&admin, id).await);
        assert!(kept.kind == ProblemKind::Conflict && kept.message.contains("(1)"), "{}", kept.message);
        fixture.engine.disconnect(&owner, fixture.tenant, made.id, None).await.expect("gone");
        fixture.engine.remove_server(&admin, id).await.expect("removed");
        assert_eq!(problem(connect(other.url()).await).kind, ProblemKind::Forbidden);
        assert_eq!(problem(fixture.engine.remove_server(&admin, id).await).kind, ProblemKind::NotFound);
    }

    async fn a_server_without_traffic_is_refused(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let enterprise = another_github(&fixture, |github| github.base_path("/api/v3").enterprise_server("3.19.1")).await;
        let admin = administrator();
        let refused = async |url: &str| problem(fixture.engine.add_server(&admin, url).await).message;
        assert!(refused(enterprise.url()).await.contains("does not offer traffic"));
        assert!(refused("https://api.acme.ghe.com").await.contains("does not offer traffic"));
        // No GitHub at the root of an Enterprise Server, and none at no address.
        let root = enterprise.url().trim_end_matches("/api/v3");
        assert!(refused(root).await.contains("no GitHub API"), "{}", refused(root).await);
        for url in ["", "github.com", "ftp://github.com", "https://mona:secret@github.com"] {
            assert!(refused(url).await.contains("address"), "{url}");
        }
        assert_eq!(fixture.engine.servers(&admin).await.expect("servers").len(), 1);
    }

    async fn servers_are_the_administrators(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let owner = member(fixture.tenant, Part::Owner);
        let kinds = [
            problem(fixture.engine.servers(&owner).await).kind,
            problem(fixture.engine.add_server(&owner, "https://api.github.com").await).kind,
            problem(fixture.engine.remove_server(&owner, domain::ServerId::new(1)).await).kind,
        ];
        assert_eq!(kinds, [ProblemKind::NotFound; 3]);
        assert_eq!(fixture.engine.servers(&OPERATOR).await.expect("servers").len(), 1);
    }

    async fn a_github_user_is_known_by_number(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .repository(repository(1, "acme/anvil"))
                .user(User::new(583_231, "mona").name("Mona Lisa").email("mona@example.org"))
                .token(Token::classic("gho_mona", "mona", ["read:user"]))
        })
        .await;
        let mona = fixture.engine.github_identity(&"gho_mona".into()).await.expect("an identity");
        assert_eq!(mona.issuer, fixture.github.url());
        assert_eq!((mona.subject.as_str(), mona.label.as_str()), ("583231", "mona"));
        assert_eq!(mona.name.as_deref(), Some("Mona Lisa"));
        assert_eq!(mona.email.map(|email| email.folded()).as_deref(), Some("mona@example.org"));
        let nobody = fixture.engine.github_identity(&"gho_nobody".into()).await;
        assert!(problem(nobody).message.contains("refused the token"));
    }
}
