package dev.tenon.gemini;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Provider;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ModelServer;
import dev.tenon.wire.FactoryContract;
import org.junit.jupiter.api.Test;

class GeminiFactoryTest extends FactoryContract {
    GeminiFactoryTest() {
        super("gemini");
    }

    @Override
    protected boolean embeds() {
        return true;
    }

    @Override
    protected String baseUrl(ModelServer server) {
        return server.url("/v1beta").toString();
    }

    @Test
    void streamsComeAsTheyAreConfigured() {
        try (ModelServer server = ModelServer.start(asked -> reply("You said: ", asked.lastUserText()))) {
            Json.Obj config = Json.object("model", "any").with("base_url", baseUrl(server));

            for (Provider model : new Provider[] {create(config.with("streams_as_arrays", true)), create(config)}) {
                Call watched = Call.watched(new Cancellation(), delta -> {}, notice -> {});
                assertThat(model.chat(ChatRequest.of("Hello"), watched).text()).isEqualTo("You said: Hello");
            }
            assertThat(server.requests())
                    .extracting(asked -> asked.wire().orElseThrow().path())
                    .containsExactly(
                            "/v1beta/models/any:streamGenerateContent",
                            "/v1beta/models/any:streamGenerateContent?alt=sse");
        }
    }

    @Test
    void theCatalogueKnowsItsModels() {
        assertThat(create(Json.object("model", "gemini-2.5-pro")).info().window())
                .isEqualTo(1_048_576);
    }
}
