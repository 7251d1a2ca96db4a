package dev.tenon.openai.responses;

import static dev.tenon.testing.Reply.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Usage;
import dev.tenon.testing.ModelServer;
import dev.tenon.wire.FactoryContract;
import org.junit.jupiter.api.Test;

class ResponsesFactoryTest extends FactoryContract {
    ResponsesFactoryTest() {
        super("openai-responses");
    }

    @Test
    void theHostKeepsTheConversationWhereThatIsConfigured() {
        try (ModelServer server = ModelServer.start(asked -> words("Yes"))) {
            Json.Obj config = Json.object("model", "any").with("base_url", baseUrl(server));
            create(config).chat(ChatRequest.of("Hi"), Call.unwatched());
            create(config.with("remembering", true)).chat(ChatRequest.of("Hi"), Call.unwatched());

            assertThat(server.requests())
                    .extracting(asked ->
                            asked.wire().orElseThrow().body().at("/store").orElseThrow())
                    .containsExactly(Json.Bool.FALSE, Json.Bool.TRUE);
        }
    }

    @Test
    void theCatalogueKnowsItsModels() {
        assertThat(create(Json.object("model", "gpt-5-mini")).info().cost(Usage.of(1_000_000, 0)))
                .hasToString("US$ 0.25");
        assertThat(create(Json.object("model", "gpt-4o")).info().abilities())
                .contains(Ability.IMAGE_INPUT)
                .doesNotContain(Ability.AUDIO_INPUT, Ability.THINKING);
        assertThat(create(Json.object("model", "of-tomorrow")).info().abilities())
                .contains(Ability.THINKING);
    }
}
