package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an agent is asked. Pure data. Immutable.
 *
 * @param id of the run, where it is to be found again in a journal; empty for one made by the runner
 * @param session the conversation, by which the agent's memory knows it
 * @param user whose conversation it is, so that a memory can forget all of one user; empty where nobody says
 * @param message what the user says
 * @param history messages before it that come from the caller, not from the memory
 * @param format what the answer should look like
 * @param settings for this run, over the agent's own
 * @param limits at most one: for this run, instead of the agent's own
 * @param extra anything the caller wants to find again: in the journal, in instructions, in tools
 */
public record RunRequest(
        String id,
        String session,
        String user,
        UserMessage message,
        List<Message> history,
        ResponseFormat format,
        ModelSettings settings,
        List<Limits> limits,
        Map<String, Json> extra) {
    /** The conversation of requests that name none. */
    public static final String DEFAULT_SESSION = "default";

    public RunRequest {
        id = id == null ? "" : id;
        session = session == null || session.isEmpty() ? DEFAULT_SESSION : session;
        user = user == null ? "" : user;
        Objects.requireNonNull(message, "message");
        history = history == null ? List.of() : List.copyOf(history);
        format = format == null ? ResponseFormat.TEXT : format;
        settings = settings == null ? ModelSettings.NONE : settings;
        limits = limits == null ? List.of() : List.copyOf(limits);
        if (limits.size() > 1) {
            throw new IllegalArgumentException("a request has at most one set of limits, got " + limits.size());
        }
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A text. */
    public static RunRequest of(String text) {
        Objects.requireNonNull(text, "text");
        return of(UserMessage.of(text));
    }

    /** A message. */
    public static RunRequest of(UserMessage message) {
        return new RunRequest(
                "",
                DEFAULT_SESSION,
                "",
                message,
                List.of(),
                ResponseFormat.TEXT,
                ModelSettings.NONE,
                List.of(),
                Map.of());
    }

    /** A copy with a run id: the same id in the same journal is the same run. */
    public RunRequest id(String run) {
        return new RunRequest(
                Objects.requireNonNull(run, "run"), session, user, message, history, format, settings, limits, extra);
    }

    /** A copy in a conversation. */
    public RunRequest session(String name) {
        return new RunRequest(
                id, Objects.requireNonNull(name, "name"), user, message, history, format, settings, limits, extra);
    }

    /** A copy of a user's. */
    public RunRequest user(String whose) {
        return new RunRequest(
                id, session, Objects.requireNonNull(whose, "whose"), message, history, format, settings, limits, extra);
    }

    /** A copy with attachments after the text. */
    public RunRequest attach(Content.Media... media) {
        Objects.requireNonNull(media, "media");
        List<Content.OfUser> parts = new ArrayList<>(message.content());
        Collections.addAll(parts, media);
        return new RunRequest(
                id, session, user, new UserMessage(parts, message.extra()), history, format, settings, limits, extra);
    }

    /** A copy with messages before it. */
    public RunRequest history(List<? extends Message> before) {
        Objects.requireNonNull(before, "before");
        return new RunRequest(id, session, user, message, List.copyOf(before), format, settings, limits, extra);
    }

    /** A copy that wants a value of a type. */
    public RunRequest output(Class<?> type) {
        Objects.requireNonNull(type, "type");
        return output((Type) type);
    }

    /** A copy that wants a value of a generic type. */
    public RunRequest output(TypeRef<?> type) {
        Objects.requireNonNull(type, "type");
        return output(type.type());
    }

    private RunRequest output(Type type) {
        return type == String.class
                ? output(ResponseFormat.TEXT)
                : output(ResponseFormat.json(name(type), JsonSchema.of(type)));
    }

    /** A copy that wants an answer of a format. */
    public RunRequest output(ResponseFormat wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return new RunRequest(id, session, user, message, history, wanted, settings, limits, extra);
    }

    /** A copy with settings over the agent's own. */
    public RunRequest settings(ModelSettings over) {
        Objects.requireNonNull(over, "over");
        return new RunRequest(id, session, user, message, history, format, over, limits, extra);
    }

    /** A copy with limits instead of the agent's own. */
    public RunRequest limits(Limits own) {
        Objects.requireNonNull(own, "own");
        return new RunRequest(id, session, user, message, history, format, settings, List.of(own), extra);
    }

    /** A copy with something of the caller's own. */
    public RunRequest with(String name, Object value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Map<String, Json> more = new LinkedHashMap<>(extra);
        more.put(name, Json.of(value));
        return new RunRequest(id, session, user, message, history, format, settings, limits, more);
    }

    /** What a format of a type is called on the wire: letters, digits and {@code _}. */
    private static String name(Type type) {
        String name = type instanceof Class<?> raw ? raw.getSimpleName() : "answer";
        String plain = isPlain(name) ? name : name.replaceAll("[^a-zA-Z0-9_]", "");
        return plain.isEmpty() ? "answer" : plain.length() > 64 ? plain.substring(0, 64) : plain;
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return true;
    }
}
