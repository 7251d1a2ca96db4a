package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.cohere.Cohere;
import dev.tenon.gemini.Gemini;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.openai.responses.OpenAiResponses;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Usage;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What hosts charge for beside tokens is in the cost where the catalogue has its price, and makes it a lower bound where it has none. */
class ChargesTest {
    private record Paid(Usage usage, Cost cost) {}

    private static Paid ask(String body, Function<String, Provider> connect) {
        try (LoopbackServer host = LoopbackServer.start(asked -> Answer.of(200, "application/json", body))) {
            Provider model = connect.apply(host.url("").toString());
            Usage usage = model.chat(ChatRequest.of("Hi"), Call.unwatched()).usage();
            return new Paid(usage, model.info().cost(usage));
        }
    }

    private static Paid responses(String model, String tier, String... items) {
        String body = "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"service_tier\":\"" + tier
                + "\",\"output\":[" + String.join(",", items)
                + "],\"usage\":{\"input_tokens\":1000000,\"output_tokens\":0,\"total_tokens\":1000000}}";
        return ask(
                body,
                url -> OpenAiResponses.on(OpenAi.connect(Dialect.OPENAI)
                                .baseUrl(url)
                                .key("k")
                                .catalogue(ModelCatalogue.bundled())
                                .build())
                        .model(model));
    }

    private static String search(String action) {
        return "{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\",\"action\":{\"type\":\"" + action
                + "\"}}";
    }

    private static String item(String type) {
        return "{\"type\":\"" + type + "\",\"id\":\"i_1\",\"status\":\"completed\"}";
    }

    @Test
    void searchesOfResponsesArePaidByTheCall() {
        Paid paid = responses(
                "gpt-5", "default", search("search"), search("open_page"), search("search"), item("file_search_call"));

        assertThat(paid.usage().charged()).isEqualTo(Map.of("web_search_call", 2L, "file_search_call", 1L));
        // A million tokens at 1.25, two searches at 0.01 and one in files at 0.0025.
        assertThat(paid.cost()).hasToString("US$ 1.2725");
    }

    @Test
    void whatHasNoPriceMakesACostOfResponsesALowerBound() {
        for (String type :
                new String[] {"code_interpreter_call", "image_generation_call", "shell_call", "tomorrows_call"}) {
            assertThat(responses("gpt-5", "default", item(type)).cost())
                    .as(type)
                    .hasToString("at least US$ 1.25");
        }
        assertThat(responses("gpt-5", "priority").cost()).hasToString("at least US$ 1.25");
        assertThat(responses("gpt-5", "flex").cost()).hasToString("at least US$ 1.25");
        // What a search costs there depends on the version of the tool.
        assertThat(responses("gpt-4o", "default", search("search")).cost()).hasToString("at least US$ 2.5");
    }

    @Test
    void callsThatOthersAnswerCostNothingMore() {
        for (String type : new String[] {"mcp_call", "computer_call", "local_shell_call", "apply_patch_call"}) {
            assertThat(responses("gpt-5", "default", item(type)).cost())
                    .as(type)
                    .hasToString("US$ 1.25");
        }
        String local = "{\"type\":\"shell_call\",\"id\":\"s\",\"environment\":{\"type\":\"local\"}}";
        assertThat(responses("gpt-5", "auto", local).cost()).hasToString("US$ 1.25");
    }

    @Test
    void anotherTierOfChatHasOtherPrices() {
        String body = "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"service_tier\":"
                + "\"%s\",\"usage\":{\"prompt_tokens\":1000000,\"completion_tokens\":0}}";
        Function<String, Provider> connect = url -> OpenAi.connect(Dialect.OPENAI)
                .baseUrl(url)
                .key("k")
                .catalogue(ModelCatalogue.bundled())
                .build()
                .model("gpt-5");
        assertThat(ask(body.formatted("default"), connect).cost()).hasToString("US$ 1.25");
        assertThat(ask(body.formatted("flex"), connect).cost()).hasToString("at least US$ 1.25");
    }

    private static Paid gemini(String candidate, String usage) {
        String body = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}],\"role\":\"model\"},"
                + "\"finishReason\":\"STOP\"" + candidate
                + "}],\"usageMetadata\":{\"promptTokenCount\":1000000,\"totalTokenCount\":1000000" + usage + "}}";
        ModelInfo model = ModelInfo.of("gemini", "g").withPrice(Price.perMillion("1", "2"));
        return ask(body, url -> Gemini.connect(url).key("k").build().model(model));
    }

    @Test
    void searchesOfGeminiAreCounted() {
        Paid paid = gemini(",\"groundingMetadata\":{\"webSearchQueries\":[\"a\",\"b\"],\"groundingChunks\":[]}", "");

        assertThat(paid.usage().charged()).isEqualTo(Map.of("web_search_queries", 2L));
        assertThat(paid.cost()).hasToString("at least US$ 1");
        assertThat(gemini(",\"groundingMetadata\":{\"groundingChunks\":[{\"maps\":{\"uri\":\"u\"}}]}", "")
                        .cost())
                .hasToString("at least US$ 1");
        assertThat(gemini("", ",\"trafficType\":\"ON_DEMAND\"").cost()).hasToString("US$ 1");
        assertThat(gemini("", ",\"trafficType\":\"PROVISIONED_THROUGHPUT\"").cost())
                .hasToString("at least US$ 1");
    }

    @Test
    void cohereChargesForFewerTokensThanItCounts() {
        String body = "{\"id\":\"r\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"Hi\"}]},\"usage\":{\"billed_units\":{\"input_tokens\":135,"
            + "\"output_tokens\":21},\"tokens\":{\"input_tokens\":1645,\"output_tokens\":33},\"cached_tokens\":1600}}";
        Paid paid = ask(
                body,
                url -> Cohere.connect(url)
                        .key("k")
                        .catalogue(ModelCatalogue.bundled())
                        .build()
                        .model("command-a-03-2025"));

        assertThat(paid.usage().input()).isEqualTo(1_645);
        // 135 at 2.5 and 21 at 10, per million.
        assertThat(paid.cost()).hasToString("US$ 0.0005475");
    }
}
