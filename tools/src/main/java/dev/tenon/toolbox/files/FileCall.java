package dev.tenon.toolbox.files;

import dev.tenon.schema.Description;
import java.util.List;
import java.util.Optional;

/** What the file tools are called with. */
final class FileCall {
    private FileCall() {}

    record Read(
            @Description("path from the root") String path,
            @Description("the first line, from 1") Optional<Long> fromLine,
            @Description("how many lines") Optional<Long> lines,

            @Description("instead of lines: the first byte, from 0")
            Optional<Long> offset,

            @Description("how many bytes") Optional<Long> length,

            @Description("utf-8 (default), utf-16, utf-16le, utf-16be, iso-8859-1, us-ascii, windows-1252 or base64")
            Optional<String> encoding) {}

    record Write(
            @Description("path from the root; folders above it are made")
            String path,

            @Description("the whole content") String content,

            @Description("utf-8 (default) or another, base64 for bytes")
            Optional<String> encoding,

            @Description("whether a file that is there may be replaced; default true")
            Optional<Boolean> replace) {}

    record Append(
            String path,
            @Description("added at the end, as it is") String content,
            Optional<String> encoding) {}

    record Edit(
            String path,

            @Description("the text to replace, exactly as in the file, with enough around it to be found once")
            String find,

            @Description("what stands there instead") String replacement,

            @Description("replace every place; default false")
            Optional<Boolean> all) {}

    record Folders(
            @Description("path from the root; default the root itself")
            Optional<String> path,

            @Description("levels, 1 to 20; default 1") Optional<Integer> depth) {}

    record Globbing(
            @Description("such as *.java or src/**/*.{yaml,yml}")
            String pattern,

            @Description("the folder to look in; default the root")
            Optional<String> path) {}

    record Grep(
            @Description("regular expression without look-around and back references")
            String pattern,

            @Description("a file or folder; default the root")
            Optional<String> path,

            @Description("only files like this, such as *.java")
            Optional<String> glob,

            Optional<Boolean> ignoreCase,

            @Description("lines shown before and after each match, 0 to 20")
            Optional<Integer> around) {}

    record One(@Description("path from the root") String path) {}

    record FromTo(
            @Description("path from the root") String from,
            @Description("path from the root") String to,

            @Description("whether a file that is there may be replaced; default false")
            Optional<Boolean> replace) {}

    record Delete(
            @Description("path from the root") String path,

            @Description("needed for a folder with something in it")
            Optional<Boolean> recursive) {}

    record Nothing() {}

    record Batch(
            @Description("made in this order, all or none") List<Operation> operations) {}

    /** What one step of a batch does. */
    enum Kind {
        WRITE,
        APPEND,
        EDIT,
        COPY,
        MOVE,
        DELETE,
        MKDIR
    }

    record Operation(
            Kind kind,
            @Description("path from the root") String path,
            @Description("of COPY and MOVE: where to") Optional<String> to,
            @Description("of WRITE and APPEND") Optional<String> content,
            @Description("of EDIT") Optional<String> find,
            @Description("of EDIT") Optional<String> replacement,

            @Description("of WRITE, COPY and MOVE: whether a file that is there may be replaced; of EDIT: every place")
            Optional<Boolean> replace,

            @Description("of DELETE: a folder with something in it")
            Optional<Boolean> recursive) {}
}
