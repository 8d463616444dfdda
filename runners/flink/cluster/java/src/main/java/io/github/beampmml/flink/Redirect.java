package io.github.beampmml.flink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.shaded.asm9.org.objectweb.asm.ClassReader;
import org.apache.flink.shaded.asm9.org.objectweb.asm.ClassVisitor;
import org.apache.flink.shaded.asm9.org.objectweb.asm.ClassWriter;
import org.apache.flink.shaded.asm9.org.objectweb.asm.MethodVisitor;
import org.apache.flink.shaded.asm9.org.objectweb.asm.Opcodes;

/**
 * Writes a copy of a class in which one call, found exactly once, goes to a class of ours.
 *
 * <p>A directory of such copies comes first in the cluster's class path. "Exactly once" is checked:
 * a runner of another version, where the call has moved or is gone, is refused and never changed
 * half.
 */
final class Redirect {
  private final String target;
  private final String owner;
  private final String method;
  private final String to;
  private final String toMethod;

  private Redirect(String target, String owner, String method, String to, String toMethod) {
    this.target = target;
    this.owner = owner;
    this.method = method;
    this.to = to;
    this.toMethod = toMethod;
  }

  /** In class {@code target}, the call of {@code owner.method}. Names are internal (with slashes). */
  static Redirect call(String target, String owner, String method, Class<?> to, String toMethod) {
    return new Redirect(target, owner, method, internalName(to), toMethod);
  }

  /** In class {@code target}, the creation of an {@code owner}. */
  static Redirect creation(String target, String owner, Class<?> to) {
    return new Redirect(target, owner, "<init>", internalName(to), "<init>");
  }

  private static String internalName(Class<?> c) {
    return c.getName().replace('.', '/');
  }

  void write(Path directory) throws IOException {
    int[] found = {0};
    ClassReader reader;
    try (InputStream in = Redirect.class.getClassLoader().getResourceAsStream(target + ".class")) {
      if (in == null) {
        throw new IOException("no class " + target + " in the class path");
      }
      reader = new ClassReader(in);
    }
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            return new Caller(
                super.visitMethod(access, name, descriptor, signature, exceptions), found);
          }
        },
        0);
    if (found[0] != 1) {
      throw new IOException(
          target + " calls " + owner + "." + method + " " + found[0] + " times, expected once");
    }
    Path file = directory.resolve(target + ".class");
    Files.createDirectories(file.getParent());
    Files.write(file, writer.toByteArray());
  }

  private final class Caller extends MethodVisitor {
    private final int[] found;

    Caller(MethodVisitor next, int[] found) {
      super(Opcodes.ASM9, next);
      this.found = found;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      boolean creates = opcode == Opcodes.NEW && method.equals("<init>") && type.equals(owner);
      super.visitTypeInsn(opcode, creates ? to : type);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String callee, String name, String descriptor, boolean isInterface) {
      if (!callee.equals(owner) || !name.equals(method)) {
        super.visitMethodInsn(opcode, callee, name, descriptor, isInterface);
        return;
      }
      found[0]++;
      if (opcode == Opcodes.INVOKEINTERFACE || opcode == Opcodes.INVOKEVIRTUAL) {
        // The object that was called becomes the first argument of a static method.
        String arguments = "(L" + owner + ";" + descriptor.substring(1);
        super.visitMethodInsn(Opcodes.INVOKESTATIC, to, toMethod, arguments, false);
      } else {
        super.visitMethodInsn(opcode, to, toMethod, descriptor, false);
      }
    }
  }
}
