package dev.tenon.wire;

import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.output.OutputParser;
import dev.tenon.provider.ResponseFormat;
import java.util.List;

/** A format that the host does not enforce: the model is told of it in words, or it would not know what is wanted. */
public final class InWords {
    /** What the omission says besides. */
    public static final String TOLD = "; the model is told of it in words";

    private InWords() {}

    /** The words, for the end of the instructions. */
    public static String of(ResponseFormat format) {
        return OutputParser.json(format.schema()).format();
    }

    /** How many messages of instructions stand before the conversation: the words stand after them. */
    public static int place(List<Message> messages) {
        int leading = 0;
        while (leading < messages.size() && messages.get(leading) instanceof SystemMessage) leading++;
        return leading;
    }
}
