package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tenon.json.Json;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is read of replies, in the wire's words and in ours. */
class RepliesTest {
    private final List<Delta> deltas = new ArrayList<>();

    private ChatResponse asked(Answer answer) {
        deltas.clear();
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            return Gemini.connect(server.url("/v1beta").toString())
                    .build()
                    .model("gemini-2.5-flash")
                    .chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), deltas::add, notice -> {}));
        }
    }

    private ChatResponse whole(String json) {
        return asked(Answer.of(200, "application/json", json));
    }

    private ChatResponse streamed(String... chunks) {
        return asked(Answer.chunked(
                200,
                "text/event-stream",
                Stream.of(chunks)
                        .map(chunk -> ("data: " + chunk + "\r\n\r\n").getBytes(StandardCharsets.UTF_8))
                        .toList()));
    }

    private ProviderException failure(String json) {
        return catchThrowableOfType(ProviderException.class, () -> whole(json));
    }

    private ProviderException refused(int status, String json) {
        return catchThrowableOfType(ProviderException.class, () -> asked(Answer.of(status, "application/json", json)));
    }

    /** A chunk of these parts. */
    private static String chunk(String... parts) {
        return "{\"candidates\":[{\"content\":{\"parts\":[" + String.join(",", parts) + "],\"role\":\"model\"}}]}";
    }

    private static String last(String... parts) {
        return chunk(parts).replace("}}]}", "},\"finishReason\":\"STOP\"}]}");
    }

    private static final String END = "{\"candidates\":[{\"finishReason\":\"STOP\"}]}";

    private static String partial(String path, String value, boolean goesOn) {
        return "{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"" + path + "\"," + value
                + (goesOn ? ",\"willContinue\":true" : "") + "}],\"willContinue\":true}}";
    }

    private static String begin(String tool) {
        return "{\"functionCall\":{\"name\":\"" + tool + "\",\"willContinue\":true}}";
    }

    private static final String DONE = "{\"functionCall\":{}}";

    private String argumentsShown() {
        return deltas.stream()
                .filter(Delta.ToolCallArguments.class::isInstance)
                .map(delta -> ((Delta.ToolCallArguments) delta).fragment())
                .collect(Collectors.joining());
    }

    private static Json back(Content.OfAssistant part) {
        return switch (part) {
            case Content.Text text -> text.origin().data();
            case Content.Thinking thinking -> thinking.origin().data();
            case Content.ToolCall call -> call.origin().data();
            case Content.Media media -> media.origin().data();
            case Content.Opaque opaque -> opaque.data();
        };
    }

    // Parts

    @Test
    void partsKeepTheirOrder() {
        ChatResponse reply = whole(last(
                "{\"text\":\"Hm. \",\"thought\":true}",
                "{\"text\":\"I look \"}",
                "{\"text\":\"it up.\"}",
                "{\"functionCall\":{\"id\":\"f1\",\"name\":\"find\",\"args\":{\"q\":1.50}}}",
                "{\"text\":\"And:\"}",
                "{\"functionCall\":{\"name\":\"now\",\"args\":{}}}"));

        assertThat(reply.message().content())
                .extracting(part -> part.getClass().getSimpleName())
                .containsExactly("Thinking", "Text", "ToolCall", "Text", "ToolCall");
        assertThat(reply.text()).isEqualTo("I look it up.And:");
        assertThat(reply.message().thinking()).isEqualTo("Hm. ");
        assertThat(reply.message().toolCalls())
                .extracting(Content.ToolCall::id, Content.ToolCall::name, Content.ToolCall::arguments)
                .containsExactly(tuple("f1", "find", "{\"q\":1.50}"), tuple("", "now", "{}"));
        assertThat(reply.finish()).isEqualTo(new FinishReason(FinishReason.Kind.TOOL_CALLS, "STOP"));
    }

    @Test
    void aStreamGivesTheMessageOfAWholeReply() {
        ChatResponse whole = whole(last(
                "{\"text\":\"Hm.\",\"thought\":true}",
                "{\"text\":\"Hello\",\"thoughtSignature\":\"c2ln\"}",
                "{\"functionCall\":{\"name\":\"now\",\"args\":{}},\"thoughtSignature\":\"Y2FsbA==\"}"));
        ChatResponse streamed = streamed(
                chunk("{\"text\":\"H\",\"thought\":true}"),
                chunk("{\"text\":\"m.\",\"thought\":true}", "{\"text\":\"Hel\"}"),
                chunk("{\"text\":\"lo\"}"),
                chunk("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}"),
                chunk("{\"functionCall\":{\"name\":\"now\",\"args\":{}},\"thoughtSignature\":\"Y2FsbA==\"}"),
                END);

        assertThat(streamed.message()).isEqualTo(whole.message());
        assertThat(back(whole.message().content().get(1))).isEqualTo(Json.object("thoughtSignature", "c2ln"));
        assertThat(back(whole.message().content().get(2))).isEqualTo(Json.object("thoughtSignature", "Y2FsbA=="));
        assertThat(deltas)
                .containsExactly(
                        new Delta.Thinking("H"),
                        new Delta.Thinking("m."),
                        new Delta.Text("Hel"),
                        new Delta.Text("lo"),
                        new Delta.ToolCallStarted(0, "", "now"),
                        new Delta.ToolCallArguments(0, "{}"));
    }

    @Test
    void textAfterASignatureIsAPartOfItsOwn() {
        ChatResponse reply = streamed(
                chunk("{\"text\":\"A\",\"thoughtSignature\":\"MQ==\"}"),
                chunk("{\"text\":\"B\"}"),
                last("{\"text\":\"\",\"thoughtSignature\":\"Mg==\"}", "{\"thoughtSignature\":\"Mw==\"}"));

        assertThat(reply.message().content())
                .extracting(RepliesTest::back)
                .containsExactly(
                        Json.object("thoughtSignature", "MQ=="),
                        Json.object("thoughtSignature", "Mg=="),
                        Json.object("thoughtSignature", "Mw=="));
        assertThat(reply.text()).isEqualTo("AB");
    }

    @Test
    void mediaThatTheModelMade() {
        String png = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        ChatResponse reply = whole(last(
                "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + png + "\"},\"thoughtSignature\":\"c2ln\"}",
                "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + png + "\"},\"thought\":true}",
                "{\"fileData\":{\"mimeType\":\"video/mp4\",\"fileUri\":\"gs://b/v.mp4\"}}"));

        assertThat(reply.message().content())
                .extracting(part -> ((Content.Media) part).kind())
                .containsExactly(Content.Media.Kind.IMAGE, Content.Media.Kind.IMAGE, Content.Media.Kind.VIDEO);
        Content.Media image = (Content.Media) reply.message().content().get(0);
        assertThat(((Content.Media.Inline) image.source()).bytes()).containsExactly(1, 2, 3);
        assertThat(image.origin().data()).isEqualTo(Json.object("thoughtSignature", "c2ln"));
        assertThat(back(reply.message().content().get(1))).isEqualTo(Json.object("thought", true));
        assertThat(((Content.Media) reply.message().content().get(2)).source())
                .isEqualTo(new Content.Media.At("gs://b/v.mp4"));
    }

    @Test
    void partsThatOnlyGoogleUnderstandsAreKept() {
        ChatResponse reply = whole(last(
                "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"print(1)\"},\"thoughtSignature\":\"c2ln\"}",
                "{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\",\"output\":\"1\"}}",
                "{\"dreamedUp\":{\"in\":2030}}",
                "{}",
                "{\"text\":null}",
                "{\"text\":\"1\",\"partMetadata\":{\"a\":1}}"));

        assertThat(reply.message().content()).hasSize(4);
        assertThat(reply.message().content().subList(0, 3))
                .extracting(part -> ((Content.Opaque) part).kind())
                .containsExactly("executableCode", "codeExecutionResult", "dreamedUp");
        assertThat(back(reply.message().content().get(0)))
                .isEqualTo(
                        Json.parse(
                                "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"print(1)\"},\"thoughtSignature\":\"c2ln\"}"));
        assertThat(back(reply.message().content().get(3))).isEqualTo(Json.parse("{\"partMetadata\":{\"a\":1}}"));
        assertThat(reply.text()).isEqualTo("1");
    }

    @Test
    void severalCandidates() {
        String both = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]},\"index\":1},"
                + "{\"content\":{\"parts\":[{\"text\":\"%s\"}]},\"index\":0}]}";
        ChatResponse reply = streamed(
                both.formatted("B", "A"),
                both.formatted("b", "a"),
                "{\"candidates\":[{\"finishReason\":\"STOP\",\"index\":1},{\"finishReason\":\"MAX_TOKENS\",\"index\":0}]}");

        assertThat(reply.text()).isEqualTo("Aa");
        assertThat(reply.finish().kind()).isEqualTo(FinishReason.Kind.LENGTH);
        assertThat(reply.alternatives()).extracting(other -> other.text()).containsExactly("Bb");
        assertThat(deltas).containsExactly(new Delta.Text("A"), new Delta.Text("a"));
    }

    @Test
    void unknownMembersAndValuesOfOtherTypesAreSkipped() {
        ChatResponse reply = whole("{\"x\":[{}],\"candidates\":[3,{\"content\":null},{\"content\":{\"parts\":{}}},"
            + "{\"content\":{\"parts\":[7,{\"text\":\"no\"}],\"role\":5},\"index\":null,\"finishReason\":7,\"y\":1}],"
            + "\"usageMetadata\":[],\"modelVersion\":3}");

        assertThat(reply.message().content()).isEmpty();
        assertThat(reply.alternatives()).extracting(other -> other.text()).containsExactly("", "no");
        assertThat(reply.finish()).isEqualTo(FinishReason.NONE);
        assertThat(reply.usage()).isEqualTo(Usage.UNREPORTED);
        assertThat(reply.model()).isEmpty();
    }

    // Arguments in pieces

    @Test
    void argumentsThatComeInPieces() {
        ChatResponse reply = streamed(
                chunk(
                        "{\"functionCall\":{\"name\":\"cook\",\"id\":\"f1\",\"willContinue\":true},\"thoughtSignature\":\"c2ln\"}"),
                chunk(partial("$.dish.name", "\"stringValue\":\"Las\"", true)),
                chunk(partial("$.dish.name", "\"stringValue\":\"agna \\\"al forno\\\" \\uD83C\"", true)),
                chunk(partial("$.dish.name", "\"stringValue\":\"\\uDF55\"", false)),
                chunk(partial("$.dish.steps[0]", "\"stringValue\":\"Boil\"", false)),
                chunk(partial("$.dish.steps[1]", "\"stringValue\":\"\"", false)),
                chunk(partial("$.sizes[0].g", "\"numberValue\":12.5", false)),
                chunk(partial("$.sizes[0].exact", "\"boolValue\":true", false)),
                chunk(partial("$.sizes[1].g", "\"numberValue\":3", false)),
                chunk(partial("$['odd name']", "\"nullValue\":\"NULL_VALUE\"", false)),
                chunk(DONE),
                last(begin("now"), DONE, "{\"functionCall\":{\"name\":\"plain\",\"args\":{\"a\":1}}}"));

        String cook = "{\"dish\":{\"name\":\"Lasagna \\\"al forno\\\" \\ud83c\\udf55\",\"steps\":[\"Boil\",\"\"]},"
                + "\"sizes\":[{\"g\":12.5,\"exact\":true},{\"g\":3}],\"odd name\":null}";
        assertThat(reply.message().toolCalls())
                .extracting(Content.ToolCall::name, Content.ToolCall::arguments)
                .containsExactly(tuple("cook", cook), tuple("now", ""), tuple("plain", "{\"a\":1}"));
        assertThat(back(reply.message().content().get(0))).isEqualTo(Json.object("thoughtSignature", "c2ln"));
        assertThat(argumentsShown()).isEqualTo(cook + "{\"a\":1}");
        assertThat(deltas.get(1)).isEqualTo(new Delta.ToolCallArguments(0, "{\"dish\":{\"name\":\"Las"));
    }

    @Test
    void aCallThatIsCutOffIsNoWholeOne() {
        ChatResponse reply = streamed(
                chunk(begin("cook")),
                chunk(partial("$.dish.name", "\"stringValue\":\"Las\"", true)),
                "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}");

        assertThat(reply.finish().kind()).isEqualTo(FinishReason.Kind.LENGTH);
        assertThat(reply.message().toolCalls().get(0).arguments()).isEqualTo("{\"dish\":{\"name\":\"Las");
        assertThat(reply.message().toolCalls().get(0).json()).isEmpty();
    }

    @Test
    void aCallThatOnlyTheAnswerEndsIsWhole() {
        ChatResponse reply = streamed(
                chunk(begin("cook")), chunk(partial("$.a", "\"stringValue\":\"b\"", true)), last("{\"text\":\"\"}"));

        assertThat(reply.message().toolCalls().get(0).arguments()).isEqualTo("{\"a\":\"b\"}");
        assertThat(argumentsShown()).isEqualTo("{\"a\":\"b\"}");
    }

    @Test
    void piecesInAnyOrderMakeADocument() {
        ChatResponse reply = streamed(
                chunk(begin("cook")),
                chunk(partial("$.a.x", "\"numberValue\":1", false)),
                chunk(partial("$.b", "\"stringValue\":\"B\"", false)),
                chunk(partial("$.a.y", "\"stringValue\":\"Y\"", true)),
                chunk(partial("$.a.y", "\"stringValue\":\"!\"", false)),
                chunk(partial("$.b", "\"stringValue\":\"C\"", false)),
                chunk(partial("$.l[0]", "\"boolValue\":false", false)),
                last(DONE));

        assertThat(reply.message().toolCalls().get(0).json().orElseThrow())
                .isEqualTo(Json.parse("{\"a\":{\"x\":1,\"y\":\"Y!\"},\"b\":\"C\",\"l\":[false]}"));
        assertThat(argumentsShown()).isEqualTo("{\"a\":{\"x\":1},\"b\":\"B\"");
    }

    @Test
    void piecesThatMakeNoDocumentAreAFailure() {
        Map<String, String> wrong = Map.of(
                "$.list[3]", "an item after one that is missing",
                "$.a.b", "a place inside of a value that has none",
                "$.o", "a value where there are values inside",
                "$.o[0]", "an item of an object",
                "$.l.x", "a member of a list",
                "$", "a path that names no place",
                "a", "a path that names no place",
                "$.x[", "a path that names no place",
                "$.x[99999999999]", "a path that names no place",
                "$['x", "a path that names no place");
        wrong.forEach((path, why) -> {
            ProviderException e = catchThrowableOfType(
                    ProviderException.class,
                    () -> streamed(
                            chunk("{\"text\":\"One \"}"),
                            chunk(begin("cook")),
                            chunk(partial("$.a", "\"numberValue\":1", false)),
                            chunk(partial("$.o.i", "\"numberValue\":1", false)),
                            chunk(partial("$.l[0]", "\"numberValue\":1", false)),
                            last(partial(path, "\"numberValue\":1", false))));
            assertThat(e).as(path).isNotNull();
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e).hasMessage("the reply has pieces of arguments that make no document: " + why);
            assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
        });
        String deep = "$" + ".a".repeat(100_000);
        assertThat(catchThrowableOfType(
                                ProviderException.class,
                                () -> streamed(chunk(begin("cook")), last(partial(deep, "\"numberValue\":1", false))))
                        .kind())
                .isEqualTo(Kind.MALFORMED_RESPONSE);
    }

    // Usage

    @Test
    void theNumbersOfUsageMeanWhatTheyMeanEverywhere() {
        ChatResponse reply = whole(last("{\"text\":\"x\"}")
                .replaceFirst(
                        "^\\{",
                        "{\"usageMetadata\":{\"promptTokenCount\":100,\"cachedContentTokenCount\":60,\"candidatesTokenCount\":10,"
                            + "\"thoughtsTokenCount\":30,\"toolUsePromptTokenCount\":5,\"totalTokenCount\":145,"
                            + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":100}]},"));

        Usage usage = reply.usage();
        assertThat(usage.input()).isEqualTo(105);
        assertThat(usage.output()).isEqualTo(40);
        assertThat(usage.total()).isEqualTo(145);
        assertThat(usage.cacheRead()).isEqualTo(60);
        assertThat(usage.reasoning()).isEqualTo(30);
        assertThat(usage.reported())
                .isEqualTo(Map.of(
                        "input_tokens", 100L,
                        "cache_read_tokens", 60L,
                        "output_tokens", 10L,
                        "reasoning_tokens", 30L,
                        "tool_prompt_tokens", 5L,
                        "total_tokens", 145L));
    }

    // Blocks and ends

    @Test
    void aBlockedPromptIsAFailure() {
        ProviderException e = failure(
                "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\",\"safetyRatings\":[{\"category\":\"C\","
                    + "\"probability\":\"HIGH\",\"blocked\":true}]},\"usageMetadata\":{\"promptTokenCount\":7,\"totalTokenCount\":7},"
                    + "\"modelVersion\":\"m1\",\"responseId\":\"r1\"}");

        assertThat(e.kind()).isEqualTo(Kind.CONTENT_FILTERED);
        assertThat(e.kind().retryable()).isFalse();
        assertThat(e).hasMessage("gemini reported an error: the prompt was blocked");
        assertThat(e.reported().string("code")).contains("PROHIBITED_CONTENT");
        ChatResponse partial = e.partial().orElseThrow();
        assertThat(partial.extra().get("block_reason")).isEqualTo(Json.of("PROHIBITED_CONTENT"));
        assertThat(partial.extra().getOrDefault("promptFeedback", Json.NULL).at("/safetyRatings/0/category"))
                .contains(Json.of("C"));
        assertThat(partial.usage().input()).isEqualTo(7);
        assertThat(partial.id()).isEqualTo("r1");
    }

    @Test
    void aBlockedAnswerIsAReplyThatSaysWhy() {
        ChatResponse reply = whole(
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Well, \"}]},\"finishReason\":\"SAFETY\","
                    + "\"finishMessage\":\"Harassment\",\"safetyRatings\":[{\"category\":\"C\",\"blocked\":true}]}]}");

        assertThat(reply.finish()).isEqualTo(new FinishReason(FinishReason.Kind.CONTENT_FILTER, "SAFETY"));
        assertThat(reply.text()).isEqualTo("Well, ");
        assertThat(reply.extra().get("finishMessage")).isEqualTo(Json.of("Harassment"));
        assertThat(reply.extra().get("safetyRatings")).isEqualTo(Json.parse("[{\"category\":\"C\",\"blocked\":true}]"));
    }

    @Test
    void everyWordForAnEndHasAKind() {
        Map<FinishReason.Kind, List<String>> words = Map.of(
                FinishReason.Kind.STOP, List.of("STOP"),
                FinishReason.Kind.LENGTH, List.of("MAX_TOKENS"),
                FinishReason.Kind.CONTENT_FILTER,
                        List.of(
                                "SAFETY",
                                "RECITATION",
                                "LANGUAGE",
                                "BLOCKLIST",
                                "PROHIBITED_CONTENT",
                                "SPII",
                                "IMAGE_SAFETY",
                                "IMAGE_PROHIBITED_CONTENT",
                                "IMAGE_RECITATION",
                                "MODEL_ARMOR"),
                FinishReason.Kind.ERROR,
                        List.of(
                                "MALFORMED_FUNCTION_CALL",
                                "UNEXPECTED_TOOL_CALL",
                                "TOO_MANY_TOOL_CALLS",
                                "IMAGE_OTHER",
                                "NO_IMAGE",
                                "MISSING_THOUGHT_SIGNATURE",
                                "MALFORMED_RESPONSE"),
                FinishReason.Kind.UNKNOWN, List.of("OTHER", "NEWER_THAN_THIS"));
        words.forEach((kind, all) ->
                all.forEach(word -> assertThat(whole("{\"candidates\":[{\"finishReason\":\"" + word + "\"}]}")
                                .finish())
                        .isEqualTo(new FinishReason(kind, word))));
    }

    // Citations

    @Test
    void whatAnAnswerRestsOnIsCitedByCharacters() {
        String text = "Café \uD83D\uDE80 im All. Und mehr.";
        int start = "Café ".getBytes(StandardCharsets.UTF_8).length;
        int end = "Café \uD83D\uDE80 im All.".getBytes(StandardCharsets.UTF_8).length;
        ChatResponse reply = streamed(
                chunk("{\"text\":\"" + text.substring(0, 9) + "\"}"),
                chunk("{\"text\":\"" + text.substring(9) + "\"}").replace("}}]}", "},\"groundingMetadata\":{}}]}"),
                "{\"candidates\":[{\"finishReason\":\"STOP\",\"groundingMetadata\":{\"webSearchQueries\":[\"q\"],\"groundingChunks\":["
                    + "{\"web\":{\"uri\":\"https://a.example\",\"title\":\"A\"}},"
                    + "{\"retrievedContext\":{\"text\":\"quoted\",\"fileSearchStore\":\"stores/1\"}}],\"groundingSupports\":["
                    + "{\"segment\":{\"startIndex\":" + start + ",\"endIndex\":" + end
                        + "},\"groundingChunkIndices\":[0]},{\"segment\":{\"endIndex\":3},\"groundingChunkIndices\":[0,7]}]},"
                        + "\"urlContextMetadata\":{\"urlMetadata\":[{\"retrievedUrl\":\"https://a.example\"}]},"
                        + "\"citationMetadata\":{\"citationSources\":[{\"endIndex\":4,\"uri\":\"https://b.example\"},{}]}}]}");

        Content.Text said = (Content.Text) reply.message().content().get(0);
        assertThat(said.text()).isEqualTo(text);
        assertThat(said.citations())
                .extracting(Citation::source, Citation::title, Citation::quote)
                .containsExactly(
                        tuple("https://a.example", "A", ""),
                        tuple("stores/1", "", "quoted"),
                        tuple("https://b.example", "", ""),
                        tuple("", "", ""));
        Citation first = said.citations().get(0);
        assertThat(text.substring(first.start(), first.end())).isEqualTo("\uD83D\uDE80 im All.");
        assertThat(first.data().at("/groundingSupports/1/segment/endIndex")).contains(Json.of(3));
        assertThat(said.citations().get(1).start()).isEqualTo(-1);
        assertThat(said.citations().get(2).start()).isZero();
        // Four bytes end in the middle of the é.
        assertThat(said.citations().get(2).end()).isEqualTo(4);
        assertThat(reply.message().content().subList(1, 3))
                .extracting(part -> ((Content.Opaque) part).kind())
                .containsExactly("urlContext", "grounding");
        assertThat(back(reply.message().content().get(2)).at("/webSearchQueries/0"))
                .contains(Json.of("q"));
    }

    // Errors

    @Test
    void errorsAreToldByTheirCodes() {
        String error = "{\"error\":{\"code\":%d,\"message\":\"m\",\"status\":\"%s\",\"details\":[%s]}}";
        String info = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"%s\"}";
        String quota =
                "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaId\":\"%s\"}]}";
        assertKind(
                Kind.AUTHENTICATION, 400, error.formatted(400, "INVALID_ARGUMENT", info.formatted("API_KEY_INVALID")));
        assertKind(Kind.AUTHENTICATION, 401, error.formatted(401, "UNAUTHENTICATED", ""));
        assertKind(Kind.PERMISSION, 403, error.formatted(403, "PERMISSION_DENIED", info.formatted("SERVICE_DISABLED")));
        assertKind(
                Kind.QUOTA_EXCEEDED,
                403,
                error.formatted(403, "PERMISSION_DENIED", info.formatted("BILLING_DISABLED")));
        assertKind(Kind.NOT_FOUND, 404, error.formatted(404, "NOT_FOUND", ""));
        assertKind(Kind.INVALID_REQUEST, 400, error.formatted(400, "FAILED_PRECONDITION", ""));
        assertKind(Kind.RATE_LIMITED, 429, error.formatted(429, "RESOURCE_EXHAUSTED", ""));
        assertKind(
                Kind.RATE_LIMITED,
                429,
                error.formatted(
                        429, "RESOURCE_EXHAUSTED", quota.formatted("GenerateRequestsPerMinutePerProjectPerModel")));
        assertKind(
                Kind.QUOTA_EXCEEDED,
                429,
                error.formatted(
                        429,
                        "RESOURCE_EXHAUSTED",
                        quota.formatted("GenerateRequestsPerDayPerProjectPerModel-FreeTier")));
        assertKind(Kind.OVERLOADED, 503, error.formatted(503, "UNAVAILABLE", ""));
        assertKind(Kind.TIMEOUT, 504, error.formatted(504, "DEADLINE_EXCEEDED", ""));
        assertKind(Kind.SERVER, 500, error.formatted(500, "INTERNAL", ""));
        assertKind(Kind.SERVER, 499, error.formatted(499, "CANCELLED", ""));
        assertKind(Kind.CONTEXT_TOO_LONG, 413, "<html>Request Entity Too Large</html>");
        assertKind(Kind.RATE_LIMITED, 429, "{\"error\":{\"code\":429,\"status\":\"NEWER_THAN_THIS\",\"details\":7}}");
    }

    private void assertKind(Kind kind, int status, String body) {
        ProviderException e = refused(status, body);
        assertThat(e.kind()).as(body).isEqualTo(kind);
        assertThat(e.status()).isEqualTo(status);
    }

    @Test
    void theWaitThatAnErrorAsksForIsTold() {
        String error = "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":"
                + "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"%s\"}]}}";
        Map<String, Long> waits = Map.of(
                "37s", 37_000L, "34.4s", 34_400L, "0.000000001s", 0L, "0s", 0L, "999999999999s", 31_536_000_000L);
        waits.forEach((said, millis) -> {
            ProviderException e = refused(429, error.formatted(said));
            assertThat(e.retryAfter().orElseThrow().toMillis()).as(said).isEqualTo(millis);
            assertThat(e.reported().string("retry_delay")).contains(said);
        });
        for (String none : List.of("soon", "-1s", "1", "1e9s", "0x1s", "9999999999999s", "1.0000000001s")) {
            assertThat(refused(429, error.formatted(none)).retryAfter())
                    .as(none)
                    .isEmpty();
        }
    }
}
