package dev.tenon.openai.responses;

import dev.tenon.json.Json;
import dev.tenon.message.Origin;
import java.util.List;
import java.util.Optional;

/**
 * What must go back to the host, in the origins of parts and messages. An item of the wire's output may be several parts here: the first holds what is left
 * of the item ({@link #ITEM}), those that go on with it what is left of their own ({@link #PART}).
 */
final class Back {
    /** Of the first part of an item: its members but those that the part itself holds. */
    static final String ITEM = "item";
    /** Of a part of a message: its members but type, text and annotations. */
    static final String PART = "part";
    /** Of thinking: the member of its item that the texts of the parts are, {@code summary} or {@code content}. */
    static final String SHOWN = "shown";
    /** Of an image: the id of the call that made it. */
    static final String RESULT_OF = "result_of";
    /** Of a message: the id of the reply, where the host keeps it. */
    static final String RESPONSE = "response";
    /** Of a message: the id of the conversation it was added to. */
    static final String CONVERSATION = "conversation";
    /** Of a message: the words in which the model declined. */
    static final String REFUSAL = "refusal";

    /** Of everything: who gave it. What one host encrypted, or keeps under an id, no other understands. */
    private static final String HOST = "host";

    private final String host;
    private final Origin plain;

    Back(String host) {
        this.host = host;
        this.plain = origin(Json.Obj.EMPTY);
    }

    /** Of what has nothing else to go back. */
    Origin plain() {
        return plain;
    }

    Origin origin(Json.Obj data) {
        return new Origin(
                OpenAiResponses.WIRE, Json.object().put(HOST, host).putAll(data).build());
    }

    /** Whether this goes back to the host: what a program made itself says no host. */
    boolean comesFromHere(Origin origin) {
        return origin.from(OpenAiResponses.WIRE)
                && !(origin.data() instanceof Json.Obj data
                        && data.string(HOST).filter(it -> !it.equals(host)).isPresent());
    }

    /** What goes back with a part that came from this host; nothing with another. */
    Json.Obj data(Origin origin) {
        return comesFromHere(origin) && origin.data() instanceof Json.Obj data ? data : Json.Obj.EMPTY;
    }

    /** What is left of the item that begins with a part of this origin. */
    Optional<Json.Obj> item(Origin origin) {
        return data(origin).get(ITEM).filter(Json.Obj.class::isInstance).map(Json::asObj);
    }

    /** A text in there; empty where there is none. */
    String text(Origin origin, String name) {
        return data(origin).string(name).orElse("");
    }

    /** An object without these members, and without those that are null: hosts give them and do not take them back. */
    static Json.Obj without(Json.Obj object, List<String> names) {
        Json.ObjBuilder rest = Json.object();
        object.forEach((name, value) -> {
            if (!value.isNull() && !names.contains(name)) rest.put(name, value);
        });
        return rest.build();
    }
}
