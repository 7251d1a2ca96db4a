package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Usage;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What has a price that the catalogue does not know makes a cost a lower bound, and how long a reply may be where nobody says. */
class CostTest {
    private static final String PRICED = "claude-sonnet-4-5";

    private static String reply(String content, String stop, String usage) {
        return "{\"id\":\"msg_1\",\"content\":[" + content + "],\"stop_reason\":\"" + stop
                + "\",\"usage\":{\"input_tokens\":1000000,\"output_tokens\":0" + usage + "}}";
    }

    private static Provider model(Asked host) {
        return host.connect().catalogue(ModelCatalogue.bundled()).build().model(PRICED);
    }

    private static Cost cost(String content, String usage) {
        try (Asked host = new Asked()) {
            host.answering(Asked.json(reply(content, "end_turn", usage)));
            Provider model = model(host);
            return model.info()
                    .cost(model.chat(ChatRequest.of("Hi"), Call.unwatched()).usage());
        }
    }

    private static Cost atLeast(String usd) {
        return new Cost(new BigDecimal(usd), 1);
    }

    @Test
    void whatIsKeptForFiveMinutesIsExact() {
        String five =
                ",\"cache_creation_input_tokens\":1000000,\"cache_creation\":{\"ephemeral_5m_input_tokens\":1000000,"
                        + "\"ephemeral_1h_input_tokens\":0},\"service_tier\":\"standard\",\"speed\":null,"
                        + "\"server_tool_use\":{\"web_search_requests\":0,\"web_fetch_requests\":4}";
        assertThat(cost("", five)).isEqualTo(new Cost(new BigDecimal("6.75"), 0));
    }

    @Test
    void entriesThatTheCacheKeepsForAnHourHaveTheirOwnPrice() {
        String mixed =
                ",\"cache_creation_input_tokens\":1000000,\"cache_creation\":{\"ephemeral_5m_input_tokens\":400000,"
                        + "\"ephemeral_1h_input_tokens\":600000}";
        // A million plain at 3, 0.4 million written at 3.75 and 0.6 million at 6.
        assertThat(cost("", mixed))
                .isEqualTo(new Cost(new BigDecimal("8.1"), 0))
                .hasToString("US$ 8.1");
    }

    @Test
    void bothKindsOfCacheEntriesAreToldApart() {
        try (Asked host = new Asked()) {
            host.answering(Asked.json(reply(
                    "",
                    "end_turn",
                    ",\"cache_creation_input_tokens\":100,\"cache_creation\":{\"ephemeral_5m_input_tokens\":70,"
                            + "\"ephemeral_1h_input_tokens\":30}")));
            Usage usage =
                    model(host).chat(ChatRequest.of("Hi"), Call.unwatched()).usage();

            assertThat(usage.cacheWrite()).isEqualTo(100);
            assertThat(usage.charged()).isEqualTo(Map.of(Usage.CACHE_WRITE_HOUR, 30L));
        }
    }

    @Test
    void anEntryForAnotherTimeCostsMoreThanIsKnown() {
        String day =
                ",\"cache_creation_input_tokens\":1000000,\"cache_creation\":{\"ephemeral_1d_input_tokens\":1000000}";
        assertThat(cost("", day)).isEqualTo(atLeast("6.75")).hasToString("at least US$ 6.75");
    }

    @Test
    void searchesArePaidByThePiece() {
        assertThat(cost("", ",\"server_tool_use\":{\"web_search_requests\":2,\"web_fetch_requests\":1}"))
                .isEqualTo(new Cost(new BigDecimal("3.02"), 0));
    }

    @Test
    void codeAndOtherTiersAndOneCountryCostMoreThanIsKnown() {
        assertThat(cost("", ",\"service_tier\":\"priority\"")).isEqualTo(atLeast("3"));
        assertThat(cost("", ",\"speed\":\"fast\"")).isEqualTo(atLeast("3"));
        assertThat(cost("", ",\"inference_geo\":\"us\"")).isEqualTo(atLeast("3"));
        assertThat(cost("", ",\"inference_geo\":\"global\"")).isEqualTo(new Cost(new BigDecimal("3"), 0));
        assertThat(cost("", ",\"server_tool_use\":{\"tomorrows_requests\":2}")).isEqualTo(atLeast("3"));
        String code =
                "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"bash_code_execution\",\"input\":{}}";
        assertThat(cost(code, "")).isEqualTo(atLeast("3"));
    }

    @Test
    void aTurnThatWentOnAfterAPauseForgetsNothingOfIt() {
        try (Asked host = new Asked()) {
            host.answering(
                    Asked.json(reply(
                            "",
                            "pause_turn",
                            ",\"server_tool_use\":{\"web_search_requests\":2},\"service_tier\":\"priority\"")),
                    Asked.json(reply("", "end_turn", ",\"server_tool_use\":{\"web_search_requests\":1}")));
            Provider model = model(host);
            ChatResponse joined = model.chat(ChatRequest.of("Hi"), Call.unwatched());
            assertThat(joined.usage().charged()).isEqualTo(Map.of("web_search_requests", 3L));
            assertThat(joined.usage().extra()).containsEntry(Usage.UNPRICED, Json.array("priority"));
            assertThat(model.info().cost(joined.usage())).isEqualTo(atLeast("6.03"));
        }
    }

    private static long mostTokens(String model, ModelSettings settings, boolean watched) {
        try (Asked host = new Asked()) {
            host.connect()
                    .catalogue(ModelCatalogue.bundled())
                    .build()
                    .model(model)
                    .chat(ChatRequest.of("Hi").withSettings(settings), watched ? host.watched() : Call.unwatched());
            return host.body().at("/max_tokens").orElseThrow().asLong();
        }
    }

    private static ModelSettings thinking(int budget) {
        return ModelSettings.NONE.with(
                "thinking", Json.object("type", "enabled").with("budget_tokens", budget));
    }

    @Test
    void aReplyThatIsNotStreamedIsBoundedByWhatCanBeWaitedFor() {
        ModelSettings none = ModelSettings.NONE;
        assertThat(mostTokens(PRICED, none, true)).isEqualTo(64_000);
        assertThat(mostTokens(PRICED, none, false)).isEqualTo(21_333);
        assertThat(mostTokens(PRICED, thinking(10_000), false)).isEqualTo(31_333);
        assertThat(mostTokens(PRICED, thinking(60_000), false)).isEqualTo(64_000);
        assertThat(mostTokens(PRICED, none.withMaxOutputTokens(50_000), false)).isEqualTo(50_000);
        assertThat(mostTokens("newer", none, false)).isEqualTo(8_192);
        assertThat(mostTokens("newer", thinking(2_000), true)).isEqualTo(10_192);
    }
}
