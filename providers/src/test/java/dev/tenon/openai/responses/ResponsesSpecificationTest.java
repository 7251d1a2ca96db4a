package dev.tenon.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.openai.Dialect;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.ModelSettings;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.RequestSpecification;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** What is written to the Responses API is what its specification says: every item by the schema of its type. */
class ResponsesSpecificationTest extends RequestSpecification {
    private static final Back BACK = new Back("openai");

    /** The schema of each type of item that is written; of none, that of a message in a few words. */
    private static final Map<String, String> ITEMS = Map.ofEntries(
            Map.entry("", "EasyInputMessage"),
            Map.entry("reasoning", "ReasoningItem"),
            Map.entry("message", "OutputMessage"),
            Map.entry("function_call", "FunctionToolCall"),
            Map.entry("function_call_output", "FunctionCallOutputItemParam"),
            Map.entry("custom_tool_call", "CustomToolCall"),
            Map.entry("custom_tool_call_output", "CustomToolCallOutput"),
            Map.entry("web_search_call", "WebSearchToolCall"),
            Map.entry("image_generation_call", "ImageGenToolCall"),
            Map.entry("mcp_approval_request", "MCPApprovalRequest"),
            Map.entry("computer_call_output", "ComputerCallOutputItemParam"));

    private final Map<String, Schema> schemas = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    ResponsesSpecificationTest() {
        super(
                "openai/openapi.json",
                "CreateResponse",
                "{\"model\":\"m\",\"input\":[{\"type\":\"function_call\",\"call_id\":\"a\"}]}");
    }

    @Override
    protected String written(ChatRequest request, Call call) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelInfo info = ModelInfo.of("openai", "gpt-5").withAbilities(Ability.THINKING);
        new ResponsesRequest(
                        Dialect.OPENAI,
                        new StrictForms(StrictProfile.OPENAI),
                        BACK,
                        info,
                        request,
                        request.settings().seed().isPresent(),
                        call)
                .write(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean alternativesOverlap() {
        return true;
    }

    @Override
    protected void check(Json.Obj request) {
        for (Json one : request.get("input").orElseThrow().asArr()) {
            Json.Obj item = one.asObj();
            String type = item.string("type").orElse("");
            assertThat(ITEMS).containsKey(type);
            Schema schema = schemas.computeIfAbsent(type, it -> schema(ITEMS.get(it)));
            assertThat(schema.validate(item.toString(), InputFormat.JSON))
                    .as(item.toString())
                    .isEmpty();
            assertThat(members(ITEMS.get(type))).containsAll(item.members().keySet());
            seen.add(type);
        }
    }

    @AfterEach
    void everyTypeOfItemWasWritten() {
        assertThat(seen).isEqualTo(ITEMS.keySet());
    }

    @Override
    protected Content.OfUser userPart(Chance chance) {
        return switch (chance.below(11)) {
            case 0 -> Media.of(new Media.Inline(PNG), "image/png");
            case 1 -> Media.of(new Media.At("https://example.org/a.png"), "image/png");
            case 2 -> Media.of(new Media.Stored("file-1"), "image/png");
            case 3 -> Media.of(new Media.Inline(PDF), "application/pdf").withName("a.pdf");
            case 4 -> Media.of(new Media.Stored("file-1"), "application/pdf");
            case 5 -> Media.of(new Media.At("https://example.org/a.pdf"), "application/pdf");
            case 6 -> Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain");
            case 7 -> foreign();
            case 8 ->
                Content.Opaque.of(
                        OpenAiResponses.WIRE,
                        "computer_call_output",
                        Json.object()
                                .put("type", "computer_call_output")
                                .put("call_id", "call_9")
                                .put(
                                        "output",
                                        Json.object()
                                                .put("type", "computer_screenshot")
                                                .put("image_url", "https://example.org/a.png")
                                                .build())
                                .build());
            case 9 ->
                Content.Opaque.of(
                        OpenAiResponses.WIRE,
                        "input_file",
                        Json.object()
                                .put("type", "input_file")
                                .put("file_id", "file-2")
                                .build());
            default -> Content.text(Gen.text().next(chance));
        };
    }

    private static Json.Obj item(String type, String id) {
        return Json.object().put("type", type).put("id", id).build();
    }

    /** Replies as they are read: the writer gets what the reader gives. */
    @Override
    protected AssistantMessage assistant(Chance chance) {
        OutputItems output = new OutputItems(chance.oneIn(6) ? new Back("xai") : BACK);
        String id = Integer.toString(chance.below(1_000_000));
        if (chance.oneIn(2)) {
            Json.Obj reasoning = item("reasoning", "rs_" + id);
            if (chance.oneIn(2)) reasoning = reasoning.with("encrypted_content", "gAAAA");
            if (chance.oneIn(3)) reasoning = reasoning.with("status", null);
            if (chance.oneIn(3)) {
                reasoning = reasoning.with("content", texts(chance, "reasoning_text"));
            }
            output.add(reasoning.with("summary", texts(chance, "summary_text")));
        }
        if (chance.oneIn(4)) {
            output.add(item("web_search_call", "ws_" + id)
                    .with("status", "completed")
                    .with(
                            "action",
                            Json.object()
                                    .put("type", "search")
                                    .put("query", "q")
                                    .put("queries", Json.array("q"))
                                    .build()));
        }
        if (chance.oneIn(4))
            output.add(item("image_generation_call", "ig_" + id)
                    .with("status", "completed")
                    .with("result", PNG));
        if (chance.oneIn(6)) {
            output.add(item("mcp_approval_request", "mcpr_" + id)
                    .with("server_label", "s")
                    .with("name", "n")
                    .with("arguments", "{}"));
        }
        if (chance.oneIn(2)) output.add(message(chance, id));
        List<Content.OfAssistant> parts = new ArrayList<>(output.contents());
        parts.addAll(foreign(chance));
        if (chance.oneIn(3)) parts.add(Content.text(Gen.text().next(chance)));
        Json.ObjBuilder back = Json.object();
        if (!output.refusal().isEmpty()) {
            back.put(
                    Back.REFUSAL,
                    Json.object()
                            .put(Back.ITEM, output.refusedIn())
                            .put("text", output.refusal())
                            .build());
        }
        if (chance.oneIn(3)) back.put(Back.RESPONSE, "resp_" + id);
        return new AssistantMessage(parts, BACK.origin(back.build()), Map.of());
    }

    private static Json texts(Chance chance, String type) {
        List<Json> texts = new ArrayList<>();
        for (int left = chance.below(3); left > 0; left--) {
            texts.add(Json.object()
                    .put("type", type)
                    .put("text", Gen.text().next(chance))
                    .build());
        }
        return Json.Arr.of(texts);
    }

    private static Json.Obj message(Chance chance, String id) {
        Json url = Json.object()
                .put("type", "url_citation")
                .put("url", "https://example.org")
                .put("title", "t")
                .put("start_index", 0)
                .put("end_index", 1)
                .build();
        List<Json> content = new ArrayList<>();
        for (int left = 1 + chance.below(2); left > 0; left--) {
            content.add(Json.object()
                    .put("type", "output_text")
                    .put("text", Gen.text().next(chance))
                    .put("annotations", chance.oneIn(2) ? Json.array(url) : Json.Arr.EMPTY)
                    .put("logprobs", Json.Arr.EMPTY)
                    .build());
        }
        if (chance.oneIn(4))
            content.add(
                    Json.object().put("type", "refusal").put("refusal", "No.").build());
        Json.Obj message = item("message", chance.oneIn(5) ? "" : "msg_" + id)
                .with("role", "assistant")
                .with("content", content);
        if (chance.oneIn(2)) message = message.with("status", "completed");
        return chance.oneIn(3) ? message.with("phase", "final_answer") : message;
    }

    @Override
    protected Content.ToolCall call(Chance chance, String id, String tool) {
        if (chance.oneIn(2)) return super.call(chance, id, tool);
        OutputItems output = new OutputItems(BACK);
        boolean custom = chance.oneIn(2);
        output.add(item(custom ? "custom_tool_call" : "function_call", (custom ? "ctc_" : "fc_") + id)
                .with("call_id", id)
                .with("name", tool)
                .with(custom ? "input" : "arguments", custom ? Gen.text().next(chance) : "{}"));
        return (Content.ToolCall) output.contents().get(0);
    }

    @Override
    protected List<ToolSpec> tools() {
        List<ToolSpec> tools = new ArrayList<>(super.tools());
        Json grammar = Json.object()
                .put("type", "grammar")
                .put("syntax", "regex")
                .put("definition", "[a-z]+")
                .build();
        Json custom = Json.object().put("type", "custom").put("format", grammar).build();
        tools.add(new ToolSpec(
                "words", "Says it", JsonSchema.ANY, Set.of(), ToolSpec.DEFAULT_TIMEOUT, Map.of("openai", custom)));
        tools.add(new ToolSpec(
                "later",
                "Loaded when wanted",
                JsonSchema.parse("{\"type\":\"object\"}"),
                Set.of(),
                ToolSpec.DEFAULT_TIMEOUT,
                Map.of("openai", Json.object("defer_loading", true))));
        return tools;
    }

    @Override
    protected ModelSettings settings(Chance chance) {
        ModelSettings settings = common(chance, 2);
        if (chance.oneIn(6)) settings = settings.withEffort("minimal");
        if (chance.oneIn(4)) settings = settings.with("reasoning", Json.object("summary", "auto"));
        if (chance.oneIn(4)) settings = settings.with("text", Json.object("verbosity", "low"));
        if (chance.oneIn(4)) settings = settings.with("store", Json.of(chance.oneIn(2)));
        if (chance.oneIn(4)) settings = settings.with("include", Json.array("file_search_call.results"));
        if (chance.oneIn(4)) settings = settings.with("metadata", Json.object("trace", "7"));
        if (chance.oneIn(4)) settings = settings.with("service_tier", Json.of("flex"));
        if (chance.oneIn(4)) settings = settings.with("prompt_cache_key", Json.of("k"));
        if (chance.oneIn(4)) settings = settings.with("truncation", Json.of("auto"));
        if (chance.oneIn(4)) settings = settings.with("max_tool_calls", Json.of(3));
        if (chance.oneIn(5)) settings = settings.with("previous_response_id", Json.of("resp_9"));
        if (chance.oneIn(5)) settings = settings.with("stream_options", Json.object("include_obfuscation", false));
        if (chance.oneIn(5)) settings = settings.with("tools", HOSTED);
        return settings;
    }

    private static final Json HOSTED = Json.parse("""
        [{"type": "web_search", "search_context_size": "low"},
         {"type": "file_search", "vector_store_ids": ["vs_1"]},
         {"type": "code_interpreter", "container": {"type": "auto"}},
         {"type": "image_generation", "quality": "low"},
         {"type": "mcp", "server_label": "s", "server_url": "https://example.org/mcp", "require_approval": "never"},
         {"type": "computer_use_preview", "display_width": 1024, "display_height": 768, "environment": "browser"},
         {"type": "local_shell"}]\
        """);
}
