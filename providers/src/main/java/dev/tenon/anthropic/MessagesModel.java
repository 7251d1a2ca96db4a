package dev.tenon.anthropic;

import dev.tenon.bedrock.Bedrock;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.Usage;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Scope;
import dev.tenon.wire.Charges;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.StrictForms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One model of one host. */
final class MessagesModel implements Provider {
    /** The header that names betas. */
    static final String BETA = "anthropic-beta";

    /** What a request with files by their id takes part in (docs.claude.com, "Files API", 2026). */
    private static final String FILES_BETA = "files-api-2025-04-14";

    /** How a connection's requests are made. */
    record Manner(CachePolicy caching, boolean strictTools, int pauses, List<String> betas) {}

    private final ModelInfo info;
    private final Manner manner;
    private final KeyedEndpoint messages;
    private final KeyedEndpoint counting;
    private final Exchange exchange = new Exchange(Anthropic.HOST, new MessagesErrors());
    private final Bedrock.@Nullable Door door;

    private static final Exchange BEDROCK = new Exchange("bedrock", new InvokeErrors());

    private final StrictForms strict = new StrictForms(StrictProfile.ANTHROPIC);

    /** @param door where the model is asked on Bedrock; null where it is not there */
    MessagesModel(
            ModelInfo info,
            Manner manner,
            KeyedEndpoint messages,
            KeyedEndpoint counting,
            Bedrock.@Nullable Door door) {
        this.door = door;
        this.info = info;
        this.manner = manner;
        this.messages = messages;
        this.counting = counting;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        Omissions omissions = new Omissions(Anthropic.HOST, call);
        ChatResponse reply = ask(request, omissions, call);
        for (int pause = 1; pause <= manner.pauses() && isPaused(reply); pause++) {
            call.notice(new Notice.Custom("anthropic.pause_turn", Json.object("continued", pause)));
            reply = goOn(request, omissions, reply, call);
        }
        return reply;
    }

    private ChatResponse ask(ChatRequest request, Omissions omissions, Call call) {
        MessagesRequest written = new MessagesRequest(info, manner, strict, request, omissions);
        if (door != null) {
            return BEDROCK.chat(
                    door.now(call.watched(), call.time().now()),
                    out -> written.invoke(call.watched(), betas(request), out),
                    new InvokeReply(new MessagesReply(call)),
                    call);
        }
        return exchange.chat(
                with(messages.now(), request),
                out -> written.write(call.watched(), out),
                new MessagesReply(call),
                call);
    }

    /** A turn is paused in the midst of the host's own tools; where it waits for ours, it is not. */
    private static boolean isPaused(ChatResponse reply) {
        return reply.finish().kind() == FinishReason.Kind.PAUSE
                && reply.finish().raw().equals("pause_turn")
                && reply.message().toolCalls().isEmpty();
    }

    private ChatResponse goOn(ChatRequest request, Omissions omissions, ChatResponse before, Call call) {
        List<Message> longer = new ArrayList<>(request.messages());
        longer.add(before.message());
        ChatRequest next = new ChatRequest(
                longer, request.tools(), request.toolChoice(), request.format(), request.settings(), request.extra());
        try {
            return joined(before, ask(next, omissions, call));
        } catch (ProviderException e) {
            throw Exchange.with(e, e.partial().map(more -> joined(before, more)).orElse(before));
        }
    }

    /** One turn in two replies: what both said, in order, and what both used. Who answered and why it ended are those of the second. */
    private static ChatResponse joined(ChatResponse before, ChatResponse more) {
        List<Content.OfAssistant> parts = new ArrayList<>(before.message().content());
        parts.addAll(more.message().content());
        Origin origin = more.message().origin().data().isNull()
                ? before.message().origin()
                : more.message().origin();
        Map<String, Json> extra = new LinkedHashMap<>(before.extra());
        extra.putAll(more.extra());
        return new ChatResponse(
                more.id(),
                more.model(),
                new AssistantMessage(parts, origin, Map.of()),
                List.of(),
                more.finish(),
                sum(before.usage(), more.usage()),
                more.refusal(),
                extra);
    }

    /** What is charged for beside the tokens adds up too; what has no price in one of them has none in the sum. */
    private static Usage sum(Usage before, Usage more) {
        Charges both = new Charges();
        both.add(before);
        both.add(more);
        return both.on(before.plus(more));
    }

    long count(ChatRequest request, Scope scope) {
        MessagesRequest written =
                new MessagesRequest(info, manner, strict, request, new Omissions(Anthropic.HOST, Call.of(scope)));
        Json.Obj counted = exchange.json(with(counting.now(), request), written::count, scope);
        if (counted.get("input_tokens").orElse(Json.NULL) instanceof Json.Num number && number.whole()) {
            return number.longValue();
        }
        throw ProviderException.of(
                        ProviderException.Kind.MALFORMED_RESPONSE, Anthropic.HOST + ": the reply has no input_tokens")
                .build();
    }

    /** The endpoint with the betas that this request needs beside the connection's. */
    private HttpEndpoint with(HttpEndpoint endpoint, ChatRequest request) {
        Set<String> betas = betas(request);
        return betas.size() == manner.betas().size() ? endpoint : endpoint.withHeader(BETA, String.join(",", betas));
    }

    /** Those of the connection, of the request, and that of files where it has one. */
    private Set<String> betas(ChatRequest request) {
        Set<String> betas = new LinkedHashSet<>(manner.betas());
        Json more = request.settings().extra().getOrDefault(Anthropic.BETAS, Json.NULL);
        if (more instanceof Json.Arr names) {
            names.forEach(name -> betas.add(name.asString()));
        } else if (!more.isNull()) {
            throw new IllegalArgumentException("the setting \"betas\" must be a list of names");
        }
        if (hasFiles(request.messages())) betas.add(FILES_BETA);
        return betas;
    }

    private static boolean hasFiles(List<Message> messages) {
        for (Message message : messages) {
            if (hasFile(message.content())) return true;
        }
        return false;
    }

    private static boolean hasFile(List<? extends Content> parts) {
        for (Content part : parts) {
            boolean file = switch (part) {
                case Content.Media media -> media.source() instanceof Content.Media.Stored;
                case Content.ToolResult result -> hasFile(result.content());
                case Content.Opaque opaque -> opaque.kind().equals("container_upload");
                case Content.Text text -> false;
                case Content.Thinking thinking -> false;
                case Content.ToolCall call -> false;
            };
            if (file) return true;
        }
        return false;
    }
}
