package dev.tenon.anthropic;

import static dev.tenon.testing.Reply.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Usage;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.WireRequest;
import dev.tenon.wire.FactoryContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnthropicFactoryTest extends FactoryContract {
    AnthropicFactoryTest() {
        super("anthropic");
    }

    @Test
    void cacheBetasAndATokenAreConfigured() {
        try (ModelServer server = ModelServer.start(asked -> words("Yes"))) {
            Json.Obj config = Json.object("model", "any")
                    .with("base_url", baseUrl(server))
                    .with("auth_token", SECRET)
                    .with("betas", Json.array("context-management-2025-06-27"))
                    .with("caching", "all")
                    .with("cache_ttl", "1h")
                    .with("headers", Json.object("x-team", "red"));
            create(config)
                    .chat(ChatRequest.of(List.of(Message.system("Be brief."), Message.user("Hi"))), Call.unwatched());

            WireRequest sent = server.requests().get(0).wire().orElseThrow();
            assertThat(sent.header("Authorization")).contains("Bearer " + SECRET);
            assertThat(sent.header("anthropic-beta")).contains("context-management-2025-06-27");
            assertThat(sent.header("x-team")).contains("red");
            assertThat(sent.body().at("/system/0/cache_control"))
                    .contains(Json.parse("{\"type\": \"ephemeral\", \"ttl\": \"1h\"}"));
        }
    }

    @Test
    void aKeyAndATokenAreOneTooMany() {
        assertThatThrownBy(() ->
                        create(Json.object("model", "m").with("api_key", SECRET).with("auth_token", SECRET)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is an api_key and an auth_token too: leave one of them out");
    }

    @Test
    void theCatalogueKnowsItsModels() {
        assertThat(create(Json.object("model", "claude-sonnet-4-5-20250929"))
                        .info()
                        .cost(Usage.of(1_000_000, 1_000_000)))
                .hasToString("US$ 18");
    }
}
