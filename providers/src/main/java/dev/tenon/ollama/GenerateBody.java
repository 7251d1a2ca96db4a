package dev.tenon.ollama;

import dev.tenon.http.HttpBody;
import dev.tenon.json.JacksonJson;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request of {@code /api/generate}, which has one text and no conversation. Not thread-safe. */
final class GenerateBody implements HttpBody {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "prompt", "system", "images", "stream", "format");

    private final ModelInfo info;
    private final ChatRequest request;
    private final Call call;
    private final Omissions omissions;

    GenerateBody(ModelInfo info, ChatRequest request, Call call) {
        this.info = info;
        this.request = request;
        this.call = call;
        this.omissions = new Omissions(Ollama.HOST, call);
    }

    @Override
    public void writeTo(OutputStream to) {
        if (!request.tools().isEmpty()) throw wrong("has tools");
        List<String> instructions = new ArrayList<>();
        UserParts asked = null;
        for (int i = 0; i < request.messages().size(); i++) {
            Message message = request.messages().get(i);
            if (message instanceof SystemMessage system) {
                instructions.add(system.text());
            } else if (message instanceof UserMessage user && asked == null) {
                asked = UserParts.of(user, i, omissions);
            } else {
                throw wrong("has a conversation");
            }
        }
        if (asked == null) throw wrong("has no user message");
        Settings settings = new Settings(request, OWN, omissions);
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            out.writeStringProperty("prompt", asked.text());
            if (!instructions.isEmpty()) out.writeStringProperty("system", String.join("\n\n", instructions));
            ChatBody.images(asked.images(), out);
            Settings.format(request, out);
            out.writeBooleanProperty("stream", call.watched());
            settings.write(out);
            out.writeEndObject();
        }
        omissions.tell();
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("the request " + what
                + ", and ollama goes on with one text here: at most instructions and one user message; use"
                + " model(…) for more");
    }
}
