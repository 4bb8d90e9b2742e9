/*
 * The numbers and structures of engine/abi as a C compiler has them: ELF's and the errors from the system's headers,
 * the hypercalls' from the structures as the design document writes them. Its output is headers.txt:
 *
 *     gcc engine/abi/testdata/headers.c -o headers && ./headers > engine/abi/testdata/headers.txt
 *
 * A line is a name and its number, a structure and its bytes, or a field with its offset and bytes ("-": signed).
 */
#include <elf.h>
#include <errno.h>
#include <linux/hash_info.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NUMBER(name, value) printf("%s %lld\n", name, (long long)(value))
#define STRUCTURE(name, type) printf("%s %zu\n", name, sizeof(type))
#define FIELD(name, type, field, as)                                                                                  \
  printf("%s.%s %zu %zu\n", name, as, offsetof(type, field), sizeof(((type *)0)->field))
#define SIGNED(name, type, field, as)                                                                                 \
  printf("%s.%s %zu -%zu\n", name, as, offsetof(type, field), sizeof(((type *)0)->field))

/* Elf64_Rela with its r_info taken apart, as x86-64 is little endian. */
typedef struct {
  uint64_t r_offset;
  uint32_t r_type, r_sym;
  int64_t r_addend;
} rela;

typedef struct {
  uint64_t name;
  uint16_t size;
  uint16_t pad[3];
} xen_livepatch_name;

typedef struct {
  xen_livepatch_name name;
  uint64_t size, payload;
} upload;

typedef struct {
  uint32_t state;
  int32_t rc;
} status;

typedef struct {
  xen_livepatch_name name;
  status status;
} get;

typedef struct {
  uint32_t version, idx, nr, pad;
  uint64_t status, name, len;
} list_1;

typedef struct {
  uint32_t version, idx, nr, pad;
  uint32_t name_total_size, metadata_total_size;
  uint64_t status, name, len, metadata, metadata_len;
} list_2;

typedef struct {
  xen_livepatch_name name;
  uint32_t cmd, time;
} action_1;

typedef struct {
  xen_livepatch_name name;
  uint32_t cmd, time, flags, pad;
} action_2;

typedef struct {
  uint32_t cmd, pad;
  union {
    upload upload;
    list_2 list;
    get get;
    action_2 action;
  } u;
} livepatch_op;

typedef struct {
  uint32_t cmd, interface_version;
  union {
    livepatch_op livepatch;
    uint8_t pad[128];
  } u;
} sysctl;

typedef struct {
  uint64_t name, new_addr, old_addr;
  uint32_t new_size, old_size;
  uint8_t version, opaque[31];
} func_1;

typedef struct {
  uint8_t enabled : 1, len : 5, rsv : 2;
  uint8_t data[31];
} expectation;

typedef struct {
  uint64_t name, new_addr, old_addr;
  uint32_t new_size, old_size;
  uint8_t version, opaque[31];
  uint8_t applied, _pad[7];
  expectation expect;
} func_2;

typedef struct {
  int32_t orig, repl;
  uint16_t cpuid;
  uint8_t orig_len, repl_len;
} alternative_plain;

typedef struct {
  int32_t orig, repl;
  uint16_t cpuid;
  uint8_t orig_len, repl_len, pad_len, priv;
} __attribute__((packed)) alternative_padded;

typedef struct {
  int32_t addr, cont;
} exception_entry;

typedef struct {
  uint32_t loc, ptr;
} frame;

typedef struct {
  uint32_t zero;
  int32_t msg_disp;
} message;

typedef struct {
  uint8_t algo, hash, id_type, signer_len, key_id_len, pad[3];
  uint32_t sig_len;
} signature_header;

static void files(void) {
#define E(field) FIELD("Elf64_Ehdr", Elf64_Ehdr, field, #field)
  STRUCTURE("Elf64_Ehdr", Elf64_Ehdr);
  const char *ident[] = {"ei_mag0",       "ei_mag1", "ei_mag2", "ei_mag3", "ei_class", "ei_data", "ei_version", "ei_osabi",
                         "ei_abiversion", "ei_pad0", "ei_pad1", "ei_pad2", "ei_pad3",  "ei_pad4", "ei_pad5",    "ei_pad6"};
  for (int at = 0; at < EI_NIDENT; at++) printf("Elf64_Ehdr.%s %d 1\n", ident[at], at);
  E(e_type); E(e_machine); E(e_version); E(e_entry); E(e_phoff); E(e_shoff); E(e_flags);
  E(e_ehsize); E(e_phentsize); E(e_phnum); E(e_shentsize); E(e_shnum); E(e_shstrndx);
#define P(field) FIELD("Elf64_Phdr", Elf64_Phdr, field, #field)
  STRUCTURE("Elf64_Phdr", Elf64_Phdr);
  P(p_type); P(p_flags); P(p_offset); P(p_vaddr); P(p_paddr); P(p_filesz); P(p_memsz); P(p_align);
#define S(field) FIELD("Elf64_Shdr", Elf64_Shdr, field, #field)
  STRUCTURE("Elf64_Shdr", Elf64_Shdr);
  S(sh_name); S(sh_type); S(sh_flags); S(sh_addr); S(sh_offset); S(sh_size); S(sh_link); S(sh_info);
  S(sh_addralign); S(sh_entsize);
#define Y(field) FIELD("Elf64_Sym", Elf64_Sym, field, #field)
  STRUCTURE("Elf64_Sym", Elf64_Sym);
  Y(st_name); Y(st_info); Y(st_other); Y(st_shndx); Y(st_value); Y(st_size);
#define R(field) FIELD("Elf64_Rela", rela, field, #field)
  STRUCTURE("Elf64_Rela", Elf64_Rela);
  R(r_offset); R(r_type); R(r_sym);
  SIGNED("Elf64_Rela", rela, r_addend, "r_addend");
#define C(field) FIELD("Elf64_Chdr", Elf64_Chdr, field, #field)
  STRUCTURE("Elf64_Chdr", Elf64_Chdr);
  C(ch_type); C(ch_reserved); C(ch_size); C(ch_addralign);
#define N(field, as) FIELD("Elf64_Nhdr", Elf64_Nhdr, field, as)
  STRUCTURE("Elf64_Nhdr", Elf64_Nhdr);
  N(n_namesz, "namesz"); N(n_descsz, "descsz"); N(n_type, "type");
}

static void numbers(void) {
  NUMBER("ELF_MAGIC.ei_mag0", ELFMAG0); NUMBER("ELF_MAGIC.ei_mag1", ELFMAG1);
  NUMBER("ELF_MAGIC.ei_mag2", ELFMAG2); NUMBER("ELF_MAGIC.ei_mag3", ELFMAG3);
  NUMBER("EV_CURRENT", EV_CURRENT); NUMBER("REL_SIZE", sizeof(Elf64_Rel));
  NUMBER("NT_GNU_BUILD_ID", NT_GNU_BUILD_ID);
  NUMBER("PT.NULL", PT_NULL); NUMBER("PT.LOAD", PT_LOAD);
  NUMBER("PF.EXECUTE", PF_X); NUMBER("PF.WRITE", PF_W); NUMBER("PF.READ", PF_R);
  NUMBER("ELFCLASS.NONE", ELFCLASSNONE); NUMBER("ELFCLASS.32", ELFCLASS32); NUMBER("ELFCLASS.64", ELFCLASS64);
  NUMBER("ELFDATA.NONE", ELFDATANONE); NUMBER("ELFDATA.LSB", ELFDATA2LSB); NUMBER("ELFDATA.MSB", ELFDATA2MSB);
  NUMBER("ELFOSABI.NONE", ELFOSABI_NONE); NUMBER("ELFOSABI.NETBSD", ELFOSABI_NETBSD);
  NUMBER("ELFOSABI.GNU", ELFOSABI_GNU); NUMBER("ELFOSABI.FREEBSD", ELFOSABI_FREEBSD);
  NUMBER("ET.NONE", ET_NONE); NUMBER("ET.REL", ET_REL); NUMBER("ET.EXEC", ET_EXEC); NUMBER("ET.DYN", ET_DYN);
  NUMBER("ET.CORE", ET_CORE);
  NUMBER("EM.NONE", EM_NONE); NUMBER("EM.I386", EM_386); NUMBER("EM.ARM", EM_ARM); NUMBER("EM.X86_64", EM_X86_64);
  NUMBER("EM.AARCH64", EM_AARCH64);
#define T(name) NUMBER("SHT." #name, SHT_##name)
  T(NULL); T(PROGBITS); T(SYMTAB); T(STRTAB); T(RELA); T(HASH); T(DYNAMIC); T(NOTE); T(NOBITS); T(REL); T(DYNSYM);
  T(GROUP);
#define L(name) NUMBER("SHF." #name, SHF_##name)
  L(WRITE); L(ALLOC); L(EXECINSTR); L(MERGE); L(STRINGS); L(INFO_LINK); L(COMPRESSED);
  NUMBER("ELFCOMPRESS.ZLIB", ELFCOMPRESS_ZLIB);
#define X(name) NUMBER("SHN." #name, SHN_##name)
  X(UNDEF); X(LORESERVE); X(ABS); X(COMMON); X(XINDEX);
#define B(name) NUMBER("STB." #name, STB_##name)
  B(LOCAL); B(GLOBAL); B(WEAK);
#define K(name) NUMBER("STT." #name, STT_##name)
  K(NOTYPE); K(OBJECT); K(FUNC); K(SECTION); K(FILE);
#define Q(name) NUMBER("R_X86_64." #name, R_X86_64_##name)
  Q(NONE); Q(64); Q(PC32); Q(GOT32); Q(PLT32); Q(COPY); Q(GLOB_DAT); Q(JUMP_SLOT); Q(RELATIVE); Q(GOTPCREL); Q(32);
  Q(32S); Q(16); Q(PC16); Q(8); Q(PC8); Q(PC64);
#define V(name) NUMBER("ERRNO." #name, name)
  V(EPERM); V(ENOENT); V(EIO); V(E2BIG); V(EAGAIN); V(ENOMEM); V(EACCES); V(EFAULT); V(EBUSY); V(EEXIST); V(EINVAL);
  V(ENOSPC); V(ERANGE); V(ENOSYS); V(ENODATA); V(EOVERFLOW); V(EOPNOTSUPP); V(ENOBUFS); V(ENOKEY); V(EKEYREJECTED);
#define H(name) NUMBER("HASH_ALGO." #name, HASH_ALGO_##name)
  H(MD4); H(MD5); H(SHA1); H(RIPE_MD_160); H(SHA256); H(SHA384); H(SHA512); H(SHA224); H(RIPE_MD_128);
  H(RIPE_MD_256); H(RIPE_MD_320); H(WP_256); H(WP_384); H(WP_512); H(TGR_128); H(TGR_160); H(TGR_192);
}

static void named(const char *structure) {
  FIELD(structure, upload, name.name, "name");
  FIELD(structure, upload, name.size, "name_size");
  FIELD(structure, upload, name.pad, "name_pad");
}

static void calls(void) {
  NUMBER("SYSCTL_SIZE", sizeof(sysctl));
  NUMBER("LIVEPATCH_OP_OFFSET", offsetof(sysctl, u.livepatch));
  NUMBER("LIVEPATCH_UNION_OFFSET", offsetof(sysctl, u.livepatch.u));
  printf("xen_sysctl %zu\n", offsetof(sysctl, u));
  FIELD("xen_sysctl", sysctl, cmd, "cmd");
  FIELD("xen_sysctl", sysctl, interface_version, "interface_version");
  printf("xen_sysctl_livepatch_op %zu\n", offsetof(livepatch_op, u));
  FIELD("xen_sysctl_livepatch_op", livepatch_op, cmd, "cmd");
  FIELD("xen_sysctl_livepatch_op", livepatch_op, pad, "pad");
  STRUCTURE("xen_sysctl_livepatch_upload", upload);
  named("xen_sysctl_livepatch_upload");
  FIELD("xen_sysctl_livepatch_upload", upload, size, "size");
  FIELD("xen_sysctl_livepatch_upload", upload, payload, "payload");
  STRUCTURE("xen_livepatch_status", status);
  FIELD("xen_livepatch_status", status, state, "state");
  SIGNED("xen_livepatch_status", status, rc, "rc");
  STRUCTURE("xen_sysctl_livepatch_get", get);
  named("xen_sysctl_livepatch_get");
  FIELD("xen_sysctl_livepatch_get", get, status.state, "state");
  SIGNED("xen_sysctl_livepatch_get", get, status.rc, "rc");
#define L1(field) FIELD("xen_sysctl_livepatch_list 1", list_1, field, #field)
  STRUCTURE("xen_sysctl_livepatch_list 1", list_1);
  L1(version); L1(idx); L1(nr); L1(pad); L1(status); L1(name); L1(len);
#define L2(field) FIELD("xen_sysctl_livepatch_list 2", list_2, field, #field)
  STRUCTURE("xen_sysctl_livepatch_list 2", list_2);
  L2(version); L2(idx); L2(nr); L2(pad); L2(name_total_size); L2(metadata_total_size); L2(status); L2(name); L2(len);
  L2(metadata); L2(metadata_len);
  STRUCTURE("xen_sysctl_livepatch_action 1", action_1);
  named("xen_sysctl_livepatch_action 1");
  FIELD("xen_sysctl_livepatch_action 1", action_1, cmd, "cmd");
  FIELD("xen_sysctl_livepatch_action 1", action_1, time, "time");
  STRUCTURE("xen_sysctl_livepatch_action 2", action_2);
  named("xen_sysctl_livepatch_action 2");
#define A2(field) FIELD("xen_sysctl_livepatch_action 2", action_2, field, #field)
  A2(cmd); A2(time); A2(flags); A2(pad);
}

static void tables(void) {
#define F1(field) FIELD("livepatch_func 1", func_1, field, #field)
  STRUCTURE("livepatch_func 1", func_1);
  F1(name); F1(new_addr); F1(old_addr); F1(new_size); F1(old_size); F1(version); F1(opaque);
#define F2(field) FIELD("livepatch_func 2", func_2, field, #field)
  STRUCTURE("livepatch_func 2", func_2);
  F2(name); F2(new_addr); F2(old_addr); F2(new_size); F2(old_size); F2(version); F2(opaque); F2(applied); F2(_pad);
  printf("livepatch_func 2.expect %zu 1\n", offsetof(func_2, expect));
  FIELD("livepatch_func 2", func_2, expect.data, "expect_data");
#define AP(field) FIELD("alt_instr plain", alternative_plain, field, #field)
#define AS(field) SIGNED("alt_instr plain", alternative_plain, field, #field)
  STRUCTURE("alt_instr plain", alternative_plain);
  AS(orig); AS(repl); AP(cpuid); AP(orig_len); AP(repl_len);
#define DP(field) FIELD("alt_instr padded", alternative_padded, field, #field)
#define DS(field) SIGNED("alt_instr padded", alternative_padded, field, #field)
  STRUCTURE("alt_instr padded", alternative_padded);
  DS(orig); DS(repl); DP(cpuid); DP(orig_len); DP(repl_len); DP(pad_len); DP(priv);
  STRUCTURE("exception_table_entry", exception_entry);
  SIGNED("exception_table_entry", exception_entry, addr, "addr");
  SIGNED("exception_table_entry", exception_entry, cont, "cont");
  STRUCTURE("bug_frame", frame);
  FIELD("bug_frame", frame, loc, "loc");
  FIELD("bug_frame", frame, ptr, "ptr");
  STRUCTURE("bug_frame_message", message);
  FIELD("bug_frame_message", message, zero, "zero");
  SIGNED("bug_frame_message", message, msg_disp, "msg_disp");
#define G(field) FIELD("elf_payload_signature", signature_header, field, #field)
  STRUCTURE("elf_payload_signature", signature_header);
  G(algo); G(hash); G(id_type); G(signer_len); G(key_id_len); G(pad); G(sig_len);
}

int main(void) {
  numbers();
  files();
  calls();
  tables();
}
